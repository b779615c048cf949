import t from 'tap'
import { hasEnded, jobStates, keepsSlot, mayFollow } from '../../src/jobs/job.ts'

t.test('a job that has ended is only ever resumed, and one that is active can always end', async t => {
  for (const from of jobStates)
    t.strictSame(
      jobStates.filter(to => mayFollow(from, to) && (hasEnded(from) ? to !== 'queued' : false)),
      [],
      from,
    )
  t.strictSame(
    jobStates.filter(from => !hasEnded(from) && !jobStates.some(to => hasEnded(to) && mayFollow(from, to))),
    [],
  )
})

t.test('done, short, refused and missed jobs are final', async t => {
  t.strictSame(
    jobStates.filter(from => !jobStates.some(to => mayFollow(from, to))),
    ['done', 'short', 'discarded', 'missed'],
  )
})

t.test('a write job keeps its place from its turn to its end, also while its process is replaced', async t => {
  t.strictSame(jobStates.filter(keepsSlot), ['queued', 'running', 'cancelling', 'interrupted'])
})
