import type { Values } from '../../core/operation.ts'

/** What to do about a property whose change Graph denies to those who may change others. */
const fixes: Readonly<Record<string, string>> = {
  employeeHireDate: 'Apps cannot change employeeHireDate. Remove the column, or sign in as a person.',
  employeeLeaveDateTime:
    'Grant User-LifeCycleInfo.ReadWrite.All. A person who signs in needs the role Global Administrator, too. Otherwise remove the column employeeLeaveDateTime.',
}

/**
 * What to do about a change that Graph denied, if one of its properties is known to be the reason; undefined otherwise.
 *
 * @see https://learn.microsoft.com/graph/api/user-update
 * @see https://learn.microsoft.com/graph/tutorial-lifecycle-workflows-set-employeeleavedatetime
 */
export const fixOfDenied = (change: Values): string | undefined =>
  Object.entries(fixes)
    .flatMap(([name, fix]) => (name in change ? [fix] : []))
    .join(' ') || undefined
