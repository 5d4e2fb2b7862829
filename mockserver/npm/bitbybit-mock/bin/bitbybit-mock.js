#!/usr/bin/env node
import { launch } from '../launch.js';

// A mock that serves ends with this process, also where that is killed, and on Windows, which has no signals.
const args = process.argv.slice(2);
const commands = ['health', 'exec', 'rules', 'webhook', 'help', 'completion'];
const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
const serves = !own.some((arg) => commands.includes(arg));
const told = process.env.BITBYBIT_MOCK_STOP_WITH_STDIN || args.some((arg) => /^--?stop-with-stdin/.test(arg));
launch('bitbybit-mock', serves && !told ? { BITBYBIT_MOCK_STOP_WITH_STDIN: 'yes' } : undefined);
