// Builds the programs and packs the npm packages of both: one per platform with the program, and a thin one that depends on these.
//
// usage: node pack.js [--version 1.2.3] [--out dist/npm] [--platform linux-x64]…
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const programs = { 'bitbybit-mock': './mockserver/cmd/bitbybit-mock', 'bitbybit-contract': './contracttest/cmd/bitbybit-contract' };
const systems = { linux: 'linux', darwin: 'darwin', win32: 'windows' }; // Node's name, Go's name
const processors = { x64: 'amd64', arm64: 'arm64' };
const platforms = Object.keys(systems).flatMap((os) => Object.keys(processors).map((cpu) => `${os}-${cpu}`));

const { values } = parseArgs({
  options: {
    version: { type: 'string' },
    out: { type: 'string', default: join(root, 'dist/npm') },
    platform: { type: 'string', multiple: true, default: platforms },
  },
});
const out = resolve(values.out);
const version = (values.version || described()).replace(/^v/, '');
if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
  throw new Error(`expected a version such as 1.2.3, or v1.2.3-4-gabcdef of git describe, got "${version}"; VERSION=1.2.3 sets it`);
}
const unknown = values.platform.find((platform) => !platforms.includes(platform));
if (unknown) throw new Error(`--platform: expected one of ${platforms.join(', ')}, got "${unknown}"`);

mkdirSync(out, { recursive: true });
for (const file of readdirSync(out)) if (file.endsWith('.tgz')) rmSync(join(out, file)); // packages of another version
const staging = mkdtempSync(join(tmpdir(), 'bitbybit-npm-'));
try {
  // In the order in which they are to be published: a thin package whose platform packages are not there yet installs without a program.
  for (const program of Object.keys(programs)) for (const platform of values.platform) packPlatform(program, platform);
  for (const program of Object.keys(programs)) packThin(program);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

/** The version of the commit: that of its tag, and what comes after it. */
function described() {
  const text = run('git', ['describe', '--tags', '--match', 'v[0-9]*', '--always', '--dirty']).trim();
  return /^v?\d+\.\d+\.\d+/.test(text) ? text : `0.0.0-g${text}`;
}

function packPlatform(program, platform) {
  const [os, cpu] = platform.split('-');
  const folder = join(staging, `${program}-${platform}`);
  const source = manifest(program);
  mkdirSync(folder);
  run('go', ['build', '-trimpath', '-ldflags', `-s -w -X github.com/bitbybit-go/bitbybit-go/contracttest/version.release=v${version}`, '-o', join(folder, 'bin', program + (os === 'win32' ? '.exe' : '')), programs[program]], {
    CGO_ENABLED: '0',
    GOOS: systems[os],
    GOARCH: processors[cpu],
  });
  write(folder, {
    name: nameOf(program, platform),
    version,
    description: `The program ${program} for ${platform}. Install ${program}, which depends on it.`,
    license: source.license,
    repository: { ...source.repository, directory: 'mockserver/npm' },
    type: 'module',
    engines: source.engines,
    os: [os],
    cpu: [cpu],
    files: ['bin'],
    preferUnplugged: true, // Yarn keeps packages zipped otherwise, and a program in an archive does not run
  });
  writeFileSync(join(folder, 'README.md'), `# ${nameOf(program, platform)}\n\nThe program of [${program}](https://www.npmjs.com/package/${program}) for ${platform}. Install that package.\n`);
  pack(folder);
}

function packThin(program) {
  const folder = join(staging, program);
  cpSync(join(here, program), folder, { recursive: true });
  cpSync(join(here, 'launch.js'), join(folder, 'launch.js'));
  // All of them, whichever are packed: the package is the same on every machine.
  const optionalDependencies = Object.fromEntries(platforms.map((platform) => [nameOf(program, platform), version]));
  write(folder, { ...manifest(program), version, optionalDependencies });
  pack(folder);
}

function nameOf(program, platform) {
  return `@bitbybit-go/${program.replace('bitbybit-', '')}-${platform}`;
}

function manifest(program) {
  return JSON.parse(readFileSync(join(here, program, 'package.json'), 'utf8'));
}

function write(folder, contents) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(contents, null, 2) + '\n');
}

function pack(folder) {
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const name = run('npm', ['pack', '--silent', '--pack-destination', out, folder]).trim();
  console.log(join(out, name));
}

function run(command, args, environ) {
  return execFileSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environ },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm', // npm is a script there
  });
}
