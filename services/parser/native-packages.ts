/** Packages with native code cannot travel in a bundle: they stay imports by name, and are listed for the workers' machines. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'

export interface NativePackages {
  readonly plugin: Plugin
  /** Name -> folder, of those that the last build met. */
  readonly found: ReadonlyMap<string, string>
}

const nativeHelpers = [
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'bindings',
  'prebuild-install',
  'node-pre-gyp',
  '@mapbox/node-pre-gyp',
  'node-addon-api',
  'nan',
  '@napi-rs/cli',
]

export const makeNativePackages = (): NativePackages => {
  const found = new Map<string, string>()
  const native = new Map<string, boolean>()
  const plugin: Plugin = {
    name: 'native-packages',
    setup(build) {
      build.onStart(() => found.clear())
      build.onResolve({ filter: /^[^./]/ }, async (args) => {
        if (args.pluginData === 'resolving' || args.path.startsWith('node:') || args.path === 'millrace') return null
        const resolved = await build.resolve(args.path, { kind: args.kind, resolveDir: args.resolveDir, importer: args.importer, pluginData: 'resolving' })
        if (resolved.errors.length > 0 || resolved.external) return null
        const folder = packageFolder(resolved.path)
        if (folder === null) return null
        const isNative = native.get(folder) ?? hasNativeCode(folder)
        native.set(folder, isNative)
        if (!isNative) return null
        found.set(packageName(args.path), folder)
        return { path: args.path, external: true }
      })
      build.onLoad({ filter: /\.node$/ }, (args) => ({
        errors: [
          {
            text: `${args.path.split('/').at(-1)} is native code, which cannot be bundled: put it into a package of its own, so that it is imported by name and installed on the workers`,
          },
        ],
      }))
    },
  }
  return { plugin, found }
}

const packageName = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/')

/** Folder of the package that a file under node_modules belongs to. */
const packageFolder = (file: string): string | null => {
  if (!file.includes('node_modules')) return null
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (folder.endsWith('node_modules')) return null
    if (existsSync(join(folder, 'package.json')) && nameIn(folder) !== null) return folder
  }
  return null
}

interface Manifest {
  readonly name?: string
  readonly gypfile?: boolean
  readonly napi?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestIn = (folder: string): Manifest => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  } catch {
    return {} // esbuild has words for a broken package.json.
  }
}

const nameIn = (folder: string): string | null => manifestIn(folder).name ?? null

const hasNativeCode = (folder: string): boolean => {
  const manifest = manifestIn(folder)
  if (manifest.gypfile === true || manifest.napi !== undefined || existsSync(join(folder, 'binding.gyp')) || existsSync(join(folder, 'prebuilds'))) return true
  if (Object.keys(manifest.dependencies ?? {}).some((name) => nativeHelpers.includes(name))) return true
  return readdirSync(folder).some((name) => name.endsWith('.node'))
}
