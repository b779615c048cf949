import type { FastifyInstance } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import { sessionMs, type Sessions } from '../access/sessions.ts'
import { callerOf, cookieName } from '../create-app.ts'
import { objectOf, problems } from '../schemas.ts'

/** The path of a link that signs a browser in. */
export const linkPath = (secret: string): string => `/sign-in?link=${secret}`

/** Where a browser that has signed in begins. */
const home = '/api'

/** Signing in with a link, signing out, and who is signed in. */
export const signInRoutes = async (
  app: FastifyInstance,
  { sessions, secure }: { readonly sessions: Sessions; readonly secure: boolean },
): Promise<void> => {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  const name = cookieName(secure)
  const tags = ['access']

  app.get<{ Querystring: { link: string } }>(
    '/sign-in',
    {
      config: { open: true },
      schema: {
        hide: true,
        querystring: objectOf({ link: { type: 'string', maxLength: 100 } }),
      },
    },
    async ({ query }, reply) => {
      const session = sessions.begin(query.link)
      if (session === undefined)
        throw new EntrapipeError('NOT_SIGNED_IN', 'The link was used, or is older than a minute.', {
          fix: 'Get another one with `entrapipe access link`.',
        })
      return reply.setCookie(name, session, { ...cookie, maxAge: sessionMs.whole / 1000 }).redirect(home, 303)
    },
  )
  app.post(
    '/api/sign-out',
    {
      schema: {
        tags,
        summary: 'Ends the session of this browser',
        response: { 204: { description: 'Ended.', type: 'null' }, ...problems() },
      },
    },
    async (request, reply) => {
      const session = request.cookies[name]
      if (session !== undefined) sessions.end(session)
      return reply.clearCookie(name, cookie).status(204).send()
    },
  )
  app.post(
    '/api/sign-in-links',
    {
      config: { role: 'Admin' },
      schema: {
        tags,
        summary: 'Makes a link that signs one browser in, within a minute, as whom the token stands for',
        response: {
          201: { description: 'The path of the link.', ...objectOf({ path: { type: 'string' } }) },
          ...problems(),
        },
      },
    },
    async (request, reply) => reply.status(201).send({ path: linkPath(sessions.link(callerOf(request))) }),
  )
  app.get(
    '/api/me',
    {
      schema: {
        tags,
        summary: 'Who is signed in, and with which role',
        response: {
          200: {
            description: 'The person.',
            ...objectOf({
              id: { type: 'string' },
              name: { type: 'string' },
              roles: { type: 'array', items: { type: 'string' } },
              tenants: {
                anyOf: [
                  { type: 'array', items: { type: 'string' } },
                  { type: 'string', enum: ['all'] },
                ],
              },
              isApp: { type: 'boolean' },
            }),
          },
          ...problems(),
        },
      },
    },
    async request => callerOf(request),
  )
}
