/** A sentence that the sign-in has not worked, or what `--no-check` left unchecked, and how to check it. */
export const uncheckedLine = ({
  name,
  notChecked,
}: {
  readonly name: string
  readonly notChecked?: readonly string[]
}): string =>
  `${notChecked === undefined ? 'The sign-in has not worked yet' : `Not checked: ${notChecked.join('; ')}`}. Check it with: entrapipe tenants check --tenant ${name}`
