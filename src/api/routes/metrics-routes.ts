import type { FastifyInstance } from 'fastify'
import { jobStates } from '../../jobs/job.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import { callerOf } from '../create-app.ts'
import type { JobAccess } from '../jobs/open-jobs.ts'
import { problems } from '../schemas.ts'

/** The media type of OpenMetrics. */
const type = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** How many jobs that have begun and not ended are looked at. */
const mostRunning = 1000

const family = (
  name: string,
  kind: 'gauge' | 'counter',
  help: string,
  samples: readonly string[],
): readonly string[] => [`# TYPE ${name} ${kind}`, `# HELP ${name} ${help}`, ...samples]

/**
 * Figures for a collector: of the jobs that its token may see, how many are in each state, and what those in progress do; requests by
 * status, and memory.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export const metricsRoutes = async (
  app: FastifyInstance,
  { jobs, access }: { readonly jobs: Jobs; readonly access: JobAccess },
): Promise<void> => {
  const answered = new Map<number, number>()
  app.addHook('onResponse', async (_request, reply) => {
    answered.set(reply.statusCode, (answered.get(reply.statusCode) ?? 0) + 1)
  })
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['health'],
        summary: 'Figures, as OpenMetrics',
        response: {
          200: { description: 'Text.', content: { 'application/openmetrics-text': { schema: { type: 'string' } } } },
          ...problems(),
        },
      },
    },
    async (request, reply) => {
      const tenants = access.tenantsOf(callerOf(request))
      const counts = await jobs.countByState(tenants)
      const { items } = await jobs.list({ tenants, state: ['running', 'cancelling'], single: true, limit: mostRunning })
      const sum = (of: (job: (typeof items)[number]) => number | undefined): number =>
        items.reduce((all, job) => all + (of(job) ?? 0), 0)
      const { rss, heapUsed } = process.memoryUsage()
      const lines = [
        ...family(
          'entrapipe_jobs',
          'gauge',
          'Jobs by state.',
          jobStates.map(state => `entrapipe_jobs{state="${state}"} ${counts[state] ?? 0}`),
        ),
        ...family('entrapipe_running_rows', 'gauge', 'Rows that jobs in progress have read or settled.', [
          `entrapipe_running_rows ${sum(({ progress }) => progress?.rows)}`,
        ]),
        ...family('entrapipe_running_rows_per_second', 'gauge', 'Rows per second of jobs in progress.', [
          `entrapipe_running_rows_per_second ${sum(({ progress }) => progress?.rowsPerSecond)}`,
        ]),
        ...family('entrapipe_running_requests', 'gauge', 'Requests of jobs in progress.', [
          `entrapipe_running_requests ${sum(({ progress }) => progress?.requests)}`,
        ]),
        ...family('entrapipe_running_resource_units', 'gauge', 'Resource units and writes of jobs in progress.', [
          `entrapipe_running_resource_units ${sum(({ progress }) => progress?.units)}`,
        ]),
        ...family(
          'entrapipe_running_throttled_requests',
          'gauge',
          'Requests of jobs in progress that Graph has throttled.',
          [`entrapipe_running_throttled_requests ${sum(({ progress }) => progress?.throttled)}`],
        ),
        ...family(
          'entrapipe_http_replies',
          'counter',
          'Replies of this server by status.',
          [...answered]
            .sort(([one], [other]) => one - other)
            .map(([status, count]) => `entrapipe_http_replies_total{status="${status}"} ${count}`),
        ),
        ...family('entrapipe_memory_bytes', 'gauge', 'Memory of this server.', [
          `entrapipe_memory_bytes{kind="resident"} ${rss}`,
          `entrapipe_memory_bytes{kind="heap"} ${heapUsed}`,
        ]),
        '# EOF',
      ]
      return reply.header('Content-Type', type).send(`${lines.join('\n')}\n`)
    },
  )
}
