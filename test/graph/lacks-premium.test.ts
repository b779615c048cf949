import t from 'tap'
import { refusal } from '../../src/graph/refusal.ts'
import { lacksPremium } from '../../src/graph/lacks-premium.ts'

const request = { method: 'GET', url: '/roleManagement/directory/roleEligibilitySchedules' } as const
const tenant = { id: 'b1f6c5a1-9f6f-4b7e-8f3a-0c8e6f1d2a3b', name: 'contoso' } as never
const refused = (status: number, code: string, message: string) =>
  refusal(request, { status, headers: {}, body: { error: { code, message } } }, tenant)

t.test('a tenant without a premium licence and a sign-in without permission are different errors', t => {
  const [p2, old, denied, other] = [
    refused(
      400,
      'AadPremiumLicenseRequired',
      'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
    ),
    refused(400, 'BadRequest', 'The tenant needs an AAD Premium 2 license.'),
    refused(
      403,
      'PermissionScopeNotGranted',
      'Assign a license administrator role, which the tenant needs for a license.',
    ),
    refused(400, 'BadRequest', 'The filter names a license that is not known.'),
  ]
  t.strictSame([p2, old, denied, other].map(lacksPremium), [true, true, false, false])
  t.end()
})
