import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import type { EntraSignIn } from '../access/entra.ts'
import { sessionMs, type Sessions } from '../access/sessions.ts'
import { callerOf, cookieName } from '../create-app.ts'
import { refusedPage } from '../page/refused-page.ts'
import { objectOf, problems } from '../schemas.ts'

/** The path of a link that signs a browser in. */
export const linkPath = (secret: string): string => `/sign-in?link=${secret}`

/** Where a browser that has signed in begins. */
const home = '/'

/** Whether a browser asks for a page that a person reads. */
const wantsPage = ({ headers }: FastifyRequest): boolean => headers.accept?.includes('text/html') === true

/** Signing in with a link, signing out, and who is signed in. */
export const signInRoutes = async (
  app: FastifyInstance,
  {
    sessions,
    secure,
    style,
    entra,
  }: {
    readonly sessions: Sessions
    readonly secure: boolean
    readonly style: string
    readonly entra: EntraSignIn | undefined
  },
): Promise<void> => {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  const name = cookieName(secure)
  const tags = ['access']
  const text = { type: 'string' }
  const signIn = (reply: FastifyReply, session: string): FastifyReply =>
    reply.setCookie(name, session, { ...cookie, maxAge: sessionMs.whole / 1000 })

  app.get<{ Querystring: { link: string } }>(
    '/sign-in',
    {
      config: { open: true },
      schema: {
        hide: true,
        querystring: objectOf({ link: { type: 'string', maxLength: 100 } }),
      },
    },
    async (request, reply) => {
      const session = sessions.begin(request.query.link)
      if (session !== undefined) return signIn(reply, session).redirect(home, 303)
      const refused = new EntrapipeError('NOT_SIGNED_IN', 'The link was used, or is older than a minute.', {
        fix: 'Get another one with `entrapipe access link`.',
      })
      if (!wantsPage(request)) throw refused
      return reply.status(401).type('text/html; charset=utf-8').send(refusedPage(refused, style))
    },
  )
  app.get(
    '/api/sign-in',
    {
      config: { open: true },
      schema: {
        tags,
        summary: 'How people sign in, besides with a token',
        security: [],
        response: {
          200: {
            description: 'Where Entra gives a page a token for this server, by code and PKCE, if it does.',
            ...objectOf({ entra: objectOf({ clientId: text, authorize: text, token: text, scope: text }) }, ['entra']),
          },
          ...problems(),
        },
      },
    },
    async () => ({ ...(entra && { entra }) }),
  )
  app.post(
    '/api/sign-in',
    {
      schema: {
        tags,
        summary: 'Begins a session of this browser, as whom the token of the request stands for',
        description: 'The session ends with the token, if not before.',
        response: { 204: { description: 'Begun: the reply has its cookie.', type: 'null' }, ...problems(422) },
      },
    },
    async (request, reply) => {
      const { by, ...owner } = request.signedIn!
      if (by !== 'token')
        throw new EntrapipeError('OPTION_INVALID', 'A session begins with a token.', {
          fix: 'Send one in the header Authorization.',
        })
      return signIn(reply, sessions.start(owner)).status(204).send()
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
    async (request, reply) => reply.status(201).send({ path: linkPath(sessions.link(request.signedIn!)) }),
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
              by: {
                type: 'string',
                enum: ['token', 'cookie', 'nothing'],
                description: 'How: nothing where no sign-in is needed.',
              },
            }),
          },
          ...problems(),
        },
      },
    },
    async request => ({ ...callerOf(request), by: request.signedIn?.by }),
  )
}
