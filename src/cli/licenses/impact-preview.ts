import type { Operations } from '../../core/operation.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { joined } from '../../core/joined.ts'
import type { Onlooker } from '../../engine/changes/onlooker.ts'
import type { Preview } from '../../engine/changes/tally.ts'
import { loadInputs } from '../../engine/run-inputs.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { Impact } from '../../licensing/impact/impact.ts'
import type { Prices } from '../../licensing/impact/price.ts'
import type { Store } from '../../store/store.ts'
import type { Cli } from '../cli.ts'
import { impactOnlooker } from './impact-onlooker.ts'
import { openUserFiles, writeNumbers } from './impact-reports.ts'

interface ImpactPreviewOptions {
  readonly graph: GraphClient
  readonly store: Store
  readonly operations: Operations
  /** Name of the pipeline. */
  readonly pipeline: string
  /** Files that the preview is written to. */
  readonly reports: readonly string[]
  readonly prices: Prices | undefined
  readonly run: () => string | undefined
  readonly say: (line: string) => void
}

/** The impact of changes of licences: who counts it, and what writes it to files once it is counted. */
export const impactPreview = (
  { graph, store, operations, pipeline, reports, prices, run, say }: ImpactPreviewOptions,
  cli: Cli,
): { readonly onlooker: Onlooker; readonly report: (preview: Preview) => Promise<void> } => {
  const likeOf = async (): Promise<string | undefined> => (await store.read(run()!, loadInputs))[0]
  return {
    onlooker: impactOnlooker({
      graph,
      signal: cli.signal,
      operations,
      prices,
      isAlways: /^licenses (?:assign|modify|remove|transfer)$/.test(pipeline),
      openFiles: async () => (reports.length === 0 ? [] : openUserFiles(reports, await likeOf(), cli)),
    }),
    async report({ samples: _, ...preview }) {
      const { impacts, stops, ...counted } = preview
      cli.watch?.previewed({ ...counted, stops, ...impactsTold(impacts) })
      const [impact] = impacts
      if (reports.length === 0 || !impact) return
      const about = {
        command: pipeline,
        tenant: graph.tenant.name,
        run: run()!,
        at: new Date(cli.clock.now()).toISOString(),
        stops,
        like: await likeOf(),
      }
      await writeNumbers(reports, impact as unknown as Impact, about, cli)
      say(`Wrote ${joined(reports)}.`)
    },
  }
}

/** What changes of licences would do, in the summary for programs: `impacts` if several phases change some. */
export const impactsTold = (impacts: readonly Json[]): { readonly [name: string]: Json } =>
  impacts.length > 1 ? { impacts } : given({ impact: impacts[0] })
