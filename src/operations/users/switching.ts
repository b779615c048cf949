import { switchingOf } from '../objects/switching.ts'
import { masteredOfUser, userMastery } from './mastered.ts'
import { notableProperties, notableUser } from './notable.ts'

/** Enables or disables the accounts of users. */
export const switchingUsers = (verb: 'enable' | 'disable', title: string) =>
  switchingOf({
    of: 'user',
    verb,
    title,
    mastery: userMastery,
    mastered: masteredOfUser,
    notable: { properties: notableProperties, of: notableUser },
  })
