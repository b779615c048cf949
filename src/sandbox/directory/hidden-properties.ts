/** What the directory keeps of a user beside the properties of Microsoft's schema. The number sign keeps it out of replies. */
export const hidden = {
  /** SHA-256 of the last password, in hex. */
  passwordSha256: '#passwordSha256',
  /** Whether the last password must be changed at the next sign-in, if the request that set it said so. */
  mustChangePassword: '#forceChangePasswordNextSignIn',
  /** The Temporary Access Pass, with its SHA-256 in hex; null once it was deleted. */
  accessPass: '#temporaryAccessPass',
  /** How often the user was invited, and how many mails went out. */
  invitations: '#invitations',
} as const

/** Whether no reply shows a property. */
export const isHidden = (property: string): boolean => property.startsWith('#')
