import * as v from 'valibot'
import { names, object, secretRef, settings, text, url } from './schema-parts.ts'

const httpsUrl = (value: string): string | undefined =>
  URL.canParse(value) && new URL(value).protocol === 'https:' ? undefined : 'must be a URL that begins with https://'
const webUrl = (value: string): string | undefined =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? undefined : 'must be a URL'
const address = (what: string) => text(what, value => /^[^\s@<>]+@[^\s@<>]+$/.test(value))
const yesNo = v.boolean('must be true or false')

const webhook = v.pipe(
  object('must be an object: { url, secret }'),
  settings({ url: url(httpsUrl), secret: secretRef, privateAddresses: v.optional(yesNo) }),
)

const notified = v.pipe(
  object('must be an object: { webhook } or { mail }'),
  settings({
    events: v.optional(
      v.pipe(
        v.array(
          v.picklist(['ended', 'problems', 'approval'], 'must be ended, problems or approval'),
          'must be a list of ended, problems and approval',
        ),
        v.readonly(),
      ),
    ),
    tenants: names('tenants'),
    pipelines: names('pipelines'),
    webhook: v.optional(webhook),
    mail: v.optional(
      v.pipe(
        v.array(address('an address of mail'), 'must be a list of addresses'),
        v.minLength(1, 'must have an address'),
        v.readonly(),
      ),
    ),
  }),
  v.check(
    target => (target.webhook === undefined) !== (target.mail === undefined),
    'must have exactly one of webhook and mail',
  ),
)

const smtp = v.pipe(
  object('must be an object: { host, from }'),
  settings({
    host: text('the name of the mail server'),
    port: v.optional(v.pipe(v.number('must be a port'), v.integer('must be a port'), v.minValue(1), v.maxValue(65535))),
    tls: v.optional(v.picklist(['starttls', 'implicit', 'none'], 'must be starttls, implicit or none')),
    user: v.optional(text('the name to sign in with')),
    password: v.optional(secretRef),
    from: text('the address that mails come from: jobs@contoso.com, or entrapipe <jobs@contoso.com>', value =>
      /^([^<>@\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(value),
    ),
  }),
  v.check(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'must have user and password together, or neither',
  ),
  v.check(({ tls, password }) => tls !== 'none' || password === undefined, "sends no password with tls: 'none'"),
)

/** The setting `notifications`. */
export const notifications = v.pipe(
  object('must be an object: { targets: { … } }'),
  settings({
    link: v.optional(url(webUrl)),
    smtp: v.optional(smtp),
    caFile: v.optional(text('the path of a PEM file')),
    targets: v.pipe(
      object('must be an object of targets by name: targets: { ops: { webhook: { url, secret } } }'),
      v.record(v.string(), notified),
    ),
  }),
  v.forward(
    v.check(
      ({ smtp, targets }) => smtp !== undefined || Object.values(targets).every(({ mail }) => mail === undefined),
      'is missing, and a target has mail',
    ),
    ['smtp'],
  ),
)
