/** Runs the rows of a folder, or resumes their run, and kills itself before a request or after a reply: the one of this number. */
import { join } from 'node:path'
import { systemClock } from '../../../../src/core/clock.ts'
import type { Operation } from '../../../../src/core/operation.ts'
import { execute } from '../../../../src/engine/execute.ts'
import { openStore } from '../../../../src/store/open-store.ts'
import { environmentAt } from '../../../store/fixtures.ts'
import { clientOf, operations, planOfSteps } from '../steps-plan.ts'

const [folder, lagBoundMs, killAt, ...directory] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const environment = environmentAt(join(folder, 'store'), { cwd: folder })
const store = openStore({ environment, clock: systemClock })
const graph = clientOf(directory)
const [unfinished] = await store.list({ status: ['interrupted', 'failed'] })
let steps = 0
const step = (): void => {
  if (++steps === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}

const telling = (operation: Operation): Operation => ({
  ...operation,
  request(rows) {
    step()
    return operation.request(rows)
  },
  settle(rows, reply) {
    step()
    return operation.settle(rows, reply)
  },
})
const { end } = await execute({
  pipeline: 'steps',
  params: {},
  plan: planOfSteps() as never,
  store,
  places: () => undefined,
  environment,
  clock: systemClock,
  signal: new AbortController().signal,
  version: '0.0.0',
  codeHash: 'same',
  graph,
  operations: kind => {
    const found = operations(kind)
    return found && telling(found)
  },
  changing: { lagBoundMs: Number(lagBoundMs) },
  ...(unfinished && { resume: unfinished.id }),
})
await graph.close()
await store.close()
process.stdout.write(`${end}\n`)
