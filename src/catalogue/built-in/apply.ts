import { inputFile } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import { graph } from '../../sinks/graph.ts'
import type { ChangeRow } from '../../core/operation.ts'
import { plan } from '../../sources/plan.ts'
import type { BuiltIn } from '../built-in.ts'

const builtIn: BuiltIn = {
  kinds: [''],
  arguments: ['plan'],
  pipelineOf: () =>
    pipeline({
      summary: 'Makes the changes of a plan.',
      params: { plan: inputFile('file that --plan wrote') },
      make: values => ({ source: plan({ from: values.plan }), sink: graph<ChangeRow>(({ steps }) => steps) }) as never,
    }) as object as Pipeline,
}
export default builtIn
