import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { readIfThere, writePrivate } from './private-files.ts'

interface ServerCertificate {
  readonly caFile: string
  /** PEM. */
  readonly cert: string
  readonly key: string
}

const dayMs = 86_400_000

const serverFiles = (stateDir: string) => ({
  caFile: join(stateDir, 'ca.pem'),
  certFile: join(stateDir, 'server-cert.pem'),
  keyFile: join(stateDir, 'server-key.pem'),
})

/**
 * Returns the server certificate, for localhost, 127.0.0.1 and ::1. It is signed by the sandbox's own authority, whose key
 * is discarded. It is kept in the state folder and renewed in its last month.
 */
export const serverCertificate = async (stateDir: string, nowMs: number): Promise<ServerCertificate> => {
  const { caFile, certFile, keyFile } = serverFiles(stateDir)
  const [ca, cert, key] = await Promise.all([readIfThere(caFile), readIfThere(certFile), readIfThere(keyFile)])
  if (ca && cert && key && new X509Certificate(cert).validToDate.getTime() - nowMs > 30 * dayMs)
    return { caFile, cert, key }

  const validity = { notBeforeDate: new Date(nowMs - dayMs), notAfterDate: new Date(nowMs + 800 * dayMs) }
  const authority = await generate([{ name: 'commonName', value: 'entrapipe sandbox authority' }], {
    ...validity,
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...validity,
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  await writePrivate(keyFile, server.private)
  await writePrivate(certFile, server.cert)
  await writePrivate(caFile, authority.cert)
  return { caFile, cert: server.cert, key: server.private }
}

/** Creates a certificate that an app can sign in with: RSA key and certificate in one PEM text, as credential libraries read it. */
export const clientCertificate = async (commonName: string, nowMs: number): Promise<string> => {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - dayMs),
    notAfterDate: new Date(nowMs + 3_650 * dayMs),
  })
  return `${made.private.trim()}\n${made.cert.trim()}\n`
}
