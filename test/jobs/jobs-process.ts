import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import type { jobStore } from '../../src/jobs/job-store.ts'
import type { Job } from '../../src/jobs/job.ts'
import { until } from '../programs/until.ts'

const program = fileURLToPath(new URL('children/run-jobs.ts', import.meta.url))

/** Processes that run jobs, each with this environment, until the test ends. */
export const jobsProcesses = (t: Test, env: Readonly<Record<string, string>>) => {
  let said = ''
  return {
    /** What they said goes wrong. */
    said: () => said,
    /** Starts one, and waits until it runs jobs. */
    async start(): Promise<ChildProcess> {
      const child = fork(program, [], {
        // A signal reaches the processes of its jobs, too.
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: ['--no-warnings', '--conditions=entrapipe-source'],
        env: { ...globalThis.process.env, NODE_OPTIONS: '', ...env },
      })
      t.teardown(() => void child.kill('SIGKILL'))
      child.stderr!.on('data', chunk => (said += String(chunk)))
      const [isUp] = await Promise.race([once(child, 'message'), once(child, 'exit')])
      if (typeof isUp !== 'object') throw new Error(said)
      return child
    },
    /** Submits a job in one of them, and returns its id. */
    async submit(child: ChildProcess, wish: object): Promise<string> {
      child.send(wish)
      const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')])
      if (typeof answer !== 'object') throw new Error(said)
      return (answer as { readonly id: string }).id
    },
  }
}

/** Waits until a job is as it should be. */
export const untilJob = async (
  store: Pick<ReturnType<typeof jobStore>, 'get'>,
  id: string,
  is: (job: Job) => boolean,
): Promise<Job> => {
  let job: Job
  await until(async () => is((job = await store.get(id))))
  return job!
}
