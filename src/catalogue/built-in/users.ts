import { kindOfCommand } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { flag, text } from '../../engine/params.ts'
import { credentialParams } from '../changes/change-params.ts'
import { changePipelines, type OwnParams } from '../changes/change-pipelines.ts'
import { optional, time, unlessOff, whole } from '../optional.ts'

const verbs = [
  ...['create', 'invite', 'update', 'delete', 'restore', 'purge', 'enable', 'disable', 'revoke-sessions'],
  ...['reset-password', 'access-pass', 'delete-access-pass', 'set-manager', 'clear-manager'],
]

/** Passwords are made for rows without one if there is a file for them. */
const creating: OwnParams = {
  params: credentialParams,
  meaning: (verb, { credentials }) => ({
    kind: kindOfCommand('user', verb),
    same: {},
    rows: { generates: credentials !== undefined },
  }),
}

const inviting: OwnParams = {
  params: {
    redirectUrl: optional(text('page that people see after they accept, for rows without their own')),
    sendMail: optional(flag('send invitation mails, except to rows that say no')),
    message: optional(text('text of the mails, for rows without their own')),
  },
  meaning: (_, { redirectUrl, sendMail, message }) => ({
    kind: 'invite-user',
    same: {},
    rows: {
      usual: given({
        inviteRedirectUrl: redirectUrl as string | undefined,
        sendInvitationMessage: sendMail as boolean | undefined,
        customizedMessageBody: message as string | undefined,
      }),
    },
  }),
}

const resetting: OwnParams = {
  params: {
    ...credentialParams,
    changeAtSignIn: unlessOff(flag('let users keep the new password: they need not change it at the next sign-in')),
  },
  meaning: (_, { credentials, changeAtSignIn }) => ({
    kind: 'reset-password',
    same: {},
    rows: {
      generates: credentials !== undefined,
      usual: changeAtSignIn === false ? { forceChangePasswordNextSignIn: false } : {},
    },
  }),
}

const passing: OwnParams = {
  params: {
    ...credentialParams,
    lifetime: optional(
      whole('minutes for which each pass is valid; otherwise as the policy of the tenant says', 10, 43_200),
    ),
    once: optional(flag('each pass can be used only once')),
    start: optional(time('when each pass becomes valid, such as 2026-03-01T08:00:00Z; otherwise at once')),
  },
  meaning(_, { credentials, lifetime, once, start }) {
    if (credentials === undefined)
      throw new EntrapipeError('OPTION_INVALID', 'Without --credentials FILE, nobody would get the passes.', {
        fix: 'Add --credentials FILE: they are written to that new file at the end.',
      })
    return {
      kind: 'create-access-pass',
      same: {},
      rows: {
        usual: given({
          lifetimeInMinutes: lifetime as number | undefined,
          isUsableOnce: once as boolean | undefined,
          startDateTime: start as string | undefined,
        }),
      },
    }
  },
}

export default changePipelines('user', verbs, {
  create: creating,
  invite: inviting,
  'reset-password': resetting,
  'access-pass': passing,
})
