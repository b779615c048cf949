import { given } from '../../core/given.ts'
import type { DueRow } from '../../core/due-row.ts'
import type { Undone } from '../../core/operation.ts'
import { flag, list, text } from '../../engine/params.ts'
import { pipeline, type Pipeline } from '../../engine/pipeline.ts'
import { graph } from '../../sinks/graph.ts'
import { undo } from '../../sources/undo.ts'
import { due } from '../../sources/due.ts'
import type { BuiltIn } from '../built-in.ts'
import { stillSelected } from '../changes/still-selected.ts'
import { untilSeatsParam, whenShortOf } from '../changes/until-seats.ts'
import { afterProcessing } from '../group-licences/after-processing.ts'
import { following } from '../hr/following.ts'
import { following as followingPeople } from '../onboarding/memory.ts'
import { optional, time } from '../optional.ts'

const dueParams = {
  run: text('id of the run whose rows wait'),
  at: time('the time for which they wait'),
  selection: optional(text('what chose their users, as JSON')),
}

/** Makes the rows of a run that wait for a time. */
const dueRows = pipeline({
  summary: 'Makes the changes of a run that waited for their time.',
  params: dueParams,
  make({ run, at, selection }) {
    const dueMs = Date.parse(at)
    return {
      source: due({ run, dueMs }),
      transforms: selection === undefined ? [] : [stillSelected(selection, run, dueMs)],
      sink: graph<DueRow>(({ steps }) => steps),
    } as never
  },
}) as object as Pipeline

const builtIn: BuiltIn = {
  kinds: ['undo', 'due'],
  arguments: ['run'],
  found: { due: Object.keys(dueParams) },
  pipelineOf: kind => (kind === 'due' ? dueRows : undoing()),
}
export default builtIn

const undoing = (): Pipeline =>
  pipeline({
    summary: 'Undoes the changes of a run.',
    params: {
      run: text('id of the run'),
      phases: list('phases to undo, if several changed the directory, the last one first', { default: [] }),
      feeds: list('the HR feed whose changes they are: what it has given is forgotten', { default: [] }),
      untilSeats: untilSeatsParam,
      onboarded: flag('people were onboarded: what they were given is forgotten'),
    },
    make: ({ run, phases, feeds: [feed], untilSeats, onboarded }) => {
      const more = {
        ...whenShortOf(untilSeats),
        ...(feed !== undefined && { follow: following({ feed }) }),
        ...(onboarded && { follow: followingPeople }),
      }
      const planOf = (phase?: string) =>
        ({
          source: afterProcessing(undo({ run, ...given({ phase }) })),
          sink: graph<Undone>(({ steps }) => steps, more),
        }) as never
      return phases.length === 0 ? planOf() : phases.map(name => ({ name, plan: planOf(name) }))
    },
  }) as object as Pipeline
