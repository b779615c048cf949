import t from 'tap'
import { overlap } from '../../../src/core/targets.ts'
import { s3Address } from '../../../src/places/s3/address.ts'

t.test('a bucket of Amazon has its own name as target', async t => {
  for (const address of ['s3://contoso-lake/entra/users/', 's3://contoso-lake/entra/users'])
    t.strictSame(s3Address(address, undefined), {
      bucket: 'contoso-lake',
      prefix: 'entra/users/',
      endpoint: undefined,
      target: 's3://contoso-lake/entra/users/',
    })
})

t.test('buckets of two services have two targets, and a target is an address', async t => {
  const here = s3Address('s3://lake/a b/', 'http://127.0.0.1:9000/')
  t.strictSame(here, {
    bucket: 'lake',
    prefix: 'a b/',
    endpoint: 'http://127.0.0.1:9000',
    target: 's3+http://127.0.0.1:9000/lake/a%20b/',
  })
  const there = s3Address('s3://lake/a b/', 'https://minio.example.com')
  t.equal(there.target, 's3+https://minio.example.com/lake/a%20b/')
  t.notOk(overlap(here.target, there.target))
  t.strictSame(s3Address(here.target, undefined), here)
  t.strictSame(s3Address(there.target, 'https://other.example.com'), there)
})

t.test('other addresses are refused with one sentence, which repeats no secret', async t => {
  for (const [address, endpoint, why] of [
    ['s3://lake/?versionId=hidden', undefined, /is followed by a query/],
    ['s3://key:hidden@lake/', undefined, /contains a password/],
    ['s3:///users/', undefined, /names no bucket/],
    ['s3://La_ke/', undefined, /a bucket, "La_ke", that cannot exist/],
    ['s3://lake/a//b/', undefined, /two slashes in a row/],
    ['s3://lake/', 'http://minio.example.com', /uses plain http/],
    ['s3://lake/', 'https://minio.example.com/path', /is not the address of a service/],
    ['s3+http://minio.example.com/lake/', undefined, /uses plain http/],
  ] as const)
    try {
      s3Address(address, endpoint)
      t.fail(address)
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      t.equal(code, 'OPTION_INVALID', address)
      t.match(message, why)
      t.notMatch(message, /hidden/)
    }
})
