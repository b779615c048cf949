// @ts-check
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** @typedef {{ id: string, name: string, roles: string[], tenants: string[] | 'all', isApp: boolean, by: 'token' | 'cookie' | 'nothing' }} Person */
/** @typedef {{ person: Person, tenants: string[], tags: string[] }} Signed who is signed in, and the names and tags of the tenants that they see */

/** Who is signed in. */
export const SignedIn = createContext(
  /** @type {Signed} */ ({
    person: { id: '', name: '', roles: [], tenants: [], isApp: false, by: 'nothing' },
    tenants: [],
    tags: [],
  }),
)

/** @returns {Signed & { may: (role: 'Operator' | 'Approver' | 'Admin') => boolean }} */
export const useSignedIn = () => {
  const signed = useContext(SignedIn)
  const { roles } = signed.person
  return { ...signed, may: role => roles.includes('Admin') || roles.includes(role) }
}
