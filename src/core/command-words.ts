import { commandOf } from './object-kinds.ts'

/** The words of commands whose operation has another name than verb and noun. */
const ownWords: Readonly<Record<string, string>> = {
  'revoke-sessions': 'users revoke-sessions',
  'reset-password': 'users reset-password',
  'create-access-pass': 'users access-pass',
  'delete-access-pass': 'users delete-access-pass',
  'set-manager': 'users set-manager',
  'clear-manager': 'users clear-manager',
  'add-app-owner': 'owners add --app',
  'remove-app-owner': 'owners remove --app',
  'add-service-principal-owner': 'owners add --service-principal',
  'remove-service-principal-owner': 'owners remove --service-principal',
  'assign-eligible-role': 'roles assign --eligible',
  'unassign-eligible-role': 'roles unassign --eligible',
  'add-unit-member': 'admin-units add',
  'remove-unit-member': 'admin-units remove',
  'assign-group-license': 'licenses group assign',
  'remove-group-license': 'licenses group remove',
  'reprocess-license': 'licenses group reprocess',
  'inherit-license': 'licenses group migrate --to group',
  'detach-license': 'licenses group migrate --to direct',
  'keep-member': 'members sync',
  'keep-owner': 'owners sync',
  onboard: 'onboard',
  offboard: 'offboard',
  'await-license': 'onboard --group',
  'assign-timed-role': 'onboard --role-until',
  'unassign-timed-role': 'offboard --remove-roles',
  'exchange-license': 'runs undo',
  'set-usage-location': 'licenses assign --usage-location',
  'upload-user': 'hr-feed',
}

/** The words of the command that runs an operation: `users create` for `create-user`. */
export const commandWords = (kind: string): string => {
  const at = kind.indexOf('-')
  return ownWords[kind] ?? `${commandOf(kind.slice(at + 1))} ${kind.slice(0, at)}`
}

/** The operation of a command: `create-user` for the noun `user` and the verb `create`. */
export const kindOfCommand = (noun: string, verb: string): string =>
  Object.keys(ownWords).find(kind => ownWords[kind] === `${commandOf(noun)} ${verb}`) ?? `${verb}-${noun}`
