/** What an operation says of administrators. */
export interface Sensitive {
  /**
   * Graph denies it for users who hold a directory role, unless the sign-in holds a higher one, whatever its permissions.
   *
   * @see https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
   */
  readonly isSensitive?: true
}
