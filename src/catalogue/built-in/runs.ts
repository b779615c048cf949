import { given } from '../../core/given.ts'
import type { Undone } from '../../core/operation.ts'
import { commandWords } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import { graph } from '../../sinks/graph.ts'
import { undo } from '../../sources/undo.ts'
import type { BuiltIn } from '../built-in.ts'
import { afterProcessing } from '../group-licences/after-processing.ts'
import { following } from '../hr/following.ts'

const stepsOf = ({ steps, final, undecided }: Undone) => {
  if (undecided)
    throw new EntrapipeError('ROW_INVALID', 'It is not known whether the row was performed, so it is not undone.', {
      fix: 'Look at the object, and correct it by hand.',
    })
  if (final === undefined) return steps
  throw new EntrapipeError('ROW_INVALID', `\`${commandWords(final)}\` cannot be undone.`)
}

const builtIn: BuiltIn = {
  kinds: ['undo'],
  arguments: ['run'],
  pipelineOf: () =>
    pipeline({
      summary: 'Undoes the changes of a run.',
      params: {
        run: text('id of the run'),
        phases: list('phases to undo, if several changed the directory, the last one first', { default: [] }),
        feeds: list('the HR feed whose changes they are: what it has given is forgotten', { default: [] }),
      },
      make: ({ run, phases, feeds: [feed] }) => {
        const more = feed === undefined ? {} : { follow: following({ feed }) }
        const planOf = (phase?: string) =>
          ({ source: afterProcessing(undo({ run, ...given({ phase }) })), sink: graph<Undone>(stepsOf, more) }) as never
        return phases.length === 0 ? planOf() : phases.map(name => ({ name, plan: planOf(name) }))
      },
    }) as object as Pipeline,
}
export default builtIn
