/** Graph's limits for a user principal name. @see https://learn.microsoft.com/graph/api/resources/user */
const longest = { local: 64, whole: 113 } as const

/** Numbers that are tried. */
const mostNumbers = 9_999

/** A name with 2, 3, … before the `@`: shortened before the number, where Graph would refuse it otherwise. */
export const numberedNames = function* (userPrincipalName: string): Generator<string> {
  const at = userPrincipalName.indexOf('@')
  const [local, domain] = [userPrincipalName.slice(0, at), userPrincipalName.slice(at)]
  const most = Math.min(longest.local, longest.whole - domain.length)
  for (let number = 2; number <= mostNumbers; number++) {
    const suffix = String(number)
    // No name ends with a dot, and none has two of them together.
    yield `${local.slice(0, most - suffix.length).replace(/\.+$/, '')}${suffix}${domain}`
  }
}

/** Whether a name is another one with a number before the `@`, in any case. */
export const isNumbered = (name: string, userPrincipalName: string): boolean => {
  const [one, other] = [name.toLowerCase(), userPrincipalName.toLowerCase()]
  const [domain, local] = [other.slice(other.indexOf('@')), other.slice(0, other.indexOf('@'))]
  const number = /[0-9]{1,4}$/.exec(one.slice(0, -domain.length))?.[0]
  return number !== undefined && one.endsWith(domain) && one.slice(0, -domain.length - number.length) === local
}
