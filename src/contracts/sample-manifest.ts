import type { FileFacts, Manifest } from '../core/manifest.ts'
import { noOutcomes } from '../core/result.ts'

/** A manifest as the engine gives one to a sink at its commit. */
export const sampleManifest = (files: readonly FileFacts[], more: Partial<Manifest> = {}): Manifest => ({
  entrapipe: '0.0.0',
  run: 'run-1',
  pipeline: 'a-test',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  resumed: 0,
  source: null,
  transforms: [],
  completeness: 'complete',
  counts: { ...noOutcomes, read: 0, repeated: 0, dropped: 0, written: 0 },
  files,
  ...more,
})
