import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies, subset, validRange } from 'semver';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly licenses?: readonly { readonly type: string }[];
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface LockEntry {
  readonly version: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

const own = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as LockFile;

/** What is installed beside the product, by the lock file: every package that is not there for development alone. */
const production = Object.entries(lock.packages)
  .filter(([path, entry]) => path !== '' && entry.dev !== true && entry.devOptional !== true)
  .map(([path, entry]) => manifestOf(path, entry));

/** A package's own manifest; of one for another platform, which is not installed here, what the lock file says of it. */
function manifestOf(path: string, entry: LockEntry): Manifest {
  const isForeign = entry.optional === true && !existsSync(join(root, path));
  if (!isForeign) return JSON.parse(read(`${path}/package.json`)) as Manifest;
  return { ...entry, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) };
}

/** True if some alternative of an SPDX expression binds to no licence of the GPL family. Throws when it says nothing. */
function isPermissive(license: string | undefined): boolean {
  if (license === undefined || license.trim() === '') throw new Error('no licence stated');
  return license
    .replaceAll(/[()]/g, '')
    .split(/\bOR\b/)
    .some((alternative) => !/\b[AL]?GPL/i.test(alternative));
}

/** Old packages list their licences, any of which may be chosen, in a field of another name. */
function licenceOf({ license, licenses = [] }: Manifest): string | undefined {
  return license ?? (licenses.length > 0 ? licenses.map(({ type }) => type).join(' OR ') : undefined);
}

describe('dependencies', () => {
  test('the production tree is walked, and not an empty one', () => {
    expect(production.length).toBeGreaterThan(50);
    expect(production.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(own.dependencies ?? {})));
  });

  test('no production package is under GPL, LGPL or AGPL, and each states a licence', () => {
    const copyleft = production.filter((manifest) => !isPermissive(licenceOf(manifest))).map(({ name }) => name);
    expect(copyleft).toEqual([]);
  });

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['GPL-3.0-only', false],
    ['LGPL-2.1', false],
    ['AGPL-3.0-or-later', false],
    ['(MIT AND LGPL-3.0)', false],
  ])('licence expression %s: may be used is %s', (license, answer) => {
    expect(isPermissive(license)).toBe(answer);
  });

  test('every production package runs on the oldest node that package.json admits', () => {
    expect(own.engines?.node).toBe('>=20.19');
    const tooNew = production
      .filter(({ engines }) => engines?.node !== undefined && !satisfies('20.19.0', engines.node))
      .map(({ name, version, engines }) => `${name}@${version} wants node ${engines?.node}`);
    expect(tooNew).toEqual([]);
    // Guards the check itself: semver answers false, not an error, for a range it cannot read.
    expect(
      production.filter(({ engines }) => engines?.node !== undefined && validRange(engines.node) === null),
    ).toEqual([]);
    expect(subset('20.19.0', '>=22')).toBe(false);
  });

  test('every dependency is pinned to one exact version', () => {
    const versions = Object.entries({ ...own.dependencies, ...own.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test('the lock file holds the optional packages of every platform, or npm ci would refuse it', () => {
    const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    const paths = Object.keys(lock.packages);
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  test('the lock file and the repository name no package registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
    expect(files).toContain('package-lock.json');
    // Written in pieces so that this file does not find itself.
    const address = new RegExp(`//[^ "']*${'registry'}[.-]|npm[.]pkg[.]`, 'i');
    expect(address.test(['https://registry', 'example.org'].join('.'))).toBe(true);
    expect(files.filter((file) => existsSync(join(root, file)) && address.test(read(file)))).toEqual([]);
    expect(read('.npmrc')).not.toMatch(/^\s*(@[^:]+:)?registry\s*=/m);
  });
});
