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
