import type { Command } from 'commander'
import { list } from './values.ts'

/** Adds the options that say who can read a file of credentials. */
export const addEncryptionOptions = (command: Command): Command =>
  command
    .option(
      '--recipient <keys>',
      'encrypt the credentials for these age public keys (age1…), separated by commas',
      list('--recipient'),
    )
    .option('--passphrase-env <NAME>', 'environment variable with the passphrase that encrypts the credentials')
    .option('--passphrase-file <path>', 'file that contains the passphrase; only its owner may have access')
    .option('--plain-credentials', 'do not encrypt the credentials')

/** Adds the options of a command that makes passwords or passes. @param what it makes */
export const addCredentialOptions = (command: Command, what: string): Command =>
  addEncryptionOptions(command.option('--credentials <file>', what))
