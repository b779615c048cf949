import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { PageFiles } from '../page/page-files.ts'

/** Addresses of the views. What comes after them is read by the page itself. */
const views = ['jobs', 'submit', 'schedules', 'tenants', 'approvals', 'audit', 'access'] as const

/**
 * The operations page and its files. They need no sign-in: what they show does.
 *
 * @param tokensFrom origin of the service from which the page gets tokens. It asks nobody else.
 */
export const pageRoutes = async (
  app: FastifyInstance,
  files: PageFiles,
  tokensFrom: string | undefined,
): Promise<void> => {
  const config = { open: true, rateLimit: false } as const
  const schema = { hide: true }
  // Its own routes could not say that they are open.
  await app.register(fastifyStatic, { root: files.folder, serve: false, immutable: true, maxAge: '365d' })
  app.get<{ Params: { '*': string } }>(`${files.prefix}*`, { config, schema }, async (request, reply) =>
    reply.sendFile(request.params['*']),
  )
  for (const { path, folder, file } of files.ofPackages)
    app.get(path, { config, schema }, async (_request, reply) => reply.sendFile(file, folder))
  for (const path of ['/', ...views.flatMap(name => [`/${name}`, `/${name}/*`])])
    app.get(path, { config, schema }, async (_request, reply) =>
      reply
        .header(
          'Content-Security-Policy',
          String(reply.getHeader('content-security-policy') ?? '').concat(
            `;script-src 'self' '${files.importMapHash}'`,
            tokensFrom === undefined ? '' : `;connect-src 'self' ${tokensFrom}`,
          ),
        )
        .type('text/html; charset=utf-8')
        .send(files.html),
    )
}
