import { Option } from 'commander'

/** The option that names the server. */
export const serverOption = (): Option =>
  new Option('--server <address>', 'server to ask: https://… (ENTRAPIPE_SERVER, else that of this store)')
