/** The option without which nobody is created in a directory that Active Directory synchronizes. */
export const cloudJoiners = '--cloud-joiners'

/** Why nothing is done about a decision. @param off its option, as the decision has it */
export const switchedOff = (off: string): string =>
  off === cloudJoiners
    ? `not created without ${cloudJoiners}, since Active Directory synchronizes the directory`
    : `switched off by ${off}`
