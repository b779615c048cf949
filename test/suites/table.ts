import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const test = fileURLToPath(new URL('../', import.meta.url))

/**
 * The test files of each suite, as patterns of paths below `test`, without `.test.ts`. `.taprc` leaves out the same ones where tap
 * looks for files. A file is in no suite if it changes its process, or is so long that a process more hardly counts.
 */
export const suites: Readonly<Record<string, readonly string[]>> = {
  api: ['api/**/*'],
  changes: ['engine/changes/[a-m]*'],
  cli: ['cli/!(group|hr-feed|license|own-|pipe|serve|sync)*'],
  'cli-changes': ['cli/changes/*', 'cli/accounts/*', 'cli/users/*'],
  'cli-hr-feed': ['cli/hr-feed', 'cli/hr-feed/*', 'cli/onboard/*'],
  'cli-licenses': ['cli/{group,license}*', 'cli/licenses/*'],
  'cli-runs': ['cli/{command-line,options,report,running,runs}/*'],
  commands: ['e2e/!(delta|exports|faults|lake|license-preview|onboard|pipes|preview|resume)*'],
  contracts: ['contracts/*'],
  deltas: ['e2e/delta-!(kills)*', 'e2e/delta', 'e2e/faults*'],
  directory: ['sandbox/directory/**/*', 'sandbox/throttle/*', 'sandbox/faults/*'],
  engine: ['engine/!(crash)*'],
  exports: ['e2e/exports*'],
  formats: ['formats/**/*', 'transforms/*'],
  graph: ['graph/**/*', 'tenants/*'],
  'more-changes': ['engine/changes/{na,no,number-,[o-z]}*'],
  operations: ['operations/**/*'],
  places: ['places/**/*', 'pipelines/!(clean)*'],
  resources: ['sandbox/resources/*'],
  rules: ['catalogue/**/*', 'core/*', 'data/*', 'hr/*', 'licensing/**/*', 'notifications/*', 'odata/*', 'people/*'],
  sandbox: ['sandbox/!(*-client|*-clients)', 'sandbox/server/*'],
  sinks: ['sinks/*'],
  sources: ['sources/!(delta-)*', 'sources/*/**/*'],
  store: ['store/*', 'store/tables/*'],
}

/** The files of these patterns, as paths below `test`. */
export const filesOf = (patterns: readonly string[]): readonly string[] =>
  globSync(
    patterns.map(pattern => `${pattern}.test.ts`),
    { cwd: test },
  ).sort()
