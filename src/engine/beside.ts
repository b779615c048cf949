import { basename } from 'node:path'
import type { Manifest } from '../core/manifest.ts'
import type { Started } from './run-request.ts'

/** The manifest that is written beside the files of a run. With `namesOnly`, paths of what it has read and written are names. */
export const beside = ({ request, inputs }: Started, manifest: Manifest): Manifest => {
  if (!request.namesOnly) return manifest
  const paths = new Set([...inputs, ...manifest.files.map(({ path }) => path)])
  return JSON.parse(JSON.stringify(manifest), (_, value: unknown) =>
    typeof value === 'string' && paths.has(value) ? basename(value) : value,
  ) as Manifest
}
