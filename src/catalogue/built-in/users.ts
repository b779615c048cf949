import { credentialParams } from '../changes/change-params.ts'
import { kindOfCommand } from '../../core/command-words.ts'
import { changePipelines, type OwnParams } from '../changes/change-pipelines.ts'

const verbs = ['create', 'update', 'delete', 'restore', 'purge', 'enable', 'disable', 'revoke-sessions']

/** Passwords are made for rows without one if there is a file for them. */
const making: OwnParams = {
  params: credentialParams,
  meaning: (verb, { credentials }) => ({
    kind: kindOfCommand('user', verb),
    same: {},
    rows: { generates: credentials !== undefined },
  }),
}

export default changePipelines('user', verbs, { create: making })
