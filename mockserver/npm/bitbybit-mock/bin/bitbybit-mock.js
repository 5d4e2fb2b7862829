#!/usr/bin/env node
import { launch } from '../launch.js';

// A mock that serves ends with this process, also where that is killed, and on Windows, which has no signals.
const args = process.argv.slice(2);
const serves = args.length === 0 || args[0].startsWith('-');
const told = process.env.BITBYBIT_MOCK_STOP_WITH_STDIN || args.some((arg) => /^--?stop-with-stdin/.test(arg));
launch('bitbybit-mock', serves && !told ? { BITBYBIT_MOCK_STOP_WITH_STDIN: 'yes' } : undefined);
