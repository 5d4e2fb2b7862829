// Finds and runs the program of a package. It is copied into each package when that is packed.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

const systems = ['linux', 'darwin', 'win32'];
const processors = ['x64', 'arm64'];

/** The path of a program: what the variable names, as BITBYBIT_MOCK_PROGRAM, or what the package of this platform holds. */
export function find(program) {
  const variable = `${program.toUpperCase().replace('-', '_')}_PROGRAM`;
  if (process.env[variable]) return process.env[variable];
  const platform = `${process.platform}-${process.arch}`;
  const otherwise = `or set ${variable} to the path of the program`;
  if (!systems.includes(process.platform) || !processors.includes(process.arch)) {
    throw new Error(
      `${program}: expected ${systems.join(', ')} on ${processors.join(' or ')}, got ${platform}, for which there is no package; build the program with Go, ${otherwise}`,
    );
  }
  const name = `@bitbybit-go/${program.replace('bitbybit-', '')}-${platform}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/${program}${process.platform === 'win32' ? '.exe' : ''}`);
  } catch {
    throw new Error(
      `${program}: expected the package ${name}, which holds the program for this platform, but it is not installed; ` +
        `install on this machine (node_modules of another platform does not do), without --omit=optional and --no-optional, ${otherwise}`,
    );
  }
}

/**
 * Runs the program with the arguments of this process, and ends with its exit code, or as a shell does with 128 and the number of the signal that
 * ended it. With environ, variables to add, standard input of the program is open for as long as this process lives, and nothing is written there.
 */
export function launch(program, environ) {
  let path;
  try {
    path = find(program);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const child = spawn(path, process.argv.slice(2), {
    stdio: [environ ? 'pipe' : 'inherit', 'inherit', 'inherit'],
    env: { ...process.env, ...environ },
  });
  // A terminal sends SIGINT and SIGHUP to the program as well; a second one would end it before the calls under way are answered.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
    process.on(signal, () => {
      // The end of its standard input stops a mock as a signal does, and is no second one where the whole process group was sent one.
      if (child.stdin) child.stdin.end();
      else if (!terminal || signal === 'SIGTERM') child.kill(signal);
    });
  }
  child.stdin?.on('error', () => {}); // it ended first
  child.on('error', (error) => {
    console.error(`${program}: cannot run ${path}: ${error.message}`);
    process.exit(error.code === 'ENOENT' ? 127 : 126);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
