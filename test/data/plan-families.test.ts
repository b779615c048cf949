import t from 'tap'
import { familyOf, planFamilies } from '../../src/data/plan-families.ts'
import { planCatalogue, planIdOf } from '../../src/data/sku-catalogue.ts'
import { productOf } from '../licensing/products.ts'

t.test('each plan of a family is in the catalogue, in one family only, and each family has its reason', async t => {
  const names = planFamilies().flatMap(({ tiers }) => tiers.flat())
  t.equal(new Set(names).size, names.length)
  t.ok(names.every(name => planCatalogue().has(planIdOf(name))))
  t.ok(planFamilies().every(({ because, tiers }) => because.endsWith('.') && tiers.flat().length > 1))
  t.equal(new Set(planFamilies().map(({ name }) => name)).size, planFamilies().length)
  t.throws(() => planIdOf('PROJECT_ESSENTIALS'), RangeError, 'a name of two plans')
})

/** A move to another product: the plans of the old one that another tier continues, and those that nothing continues. */
interface Move {
  readonly from: string
  readonly to: string
  readonly continued: Readonly<Record<string, readonly string[]>>
  readonly gone: readonly string[]
}

const officeE3: Move['continued'] = {
  CDS_O365_P2: ['CDS_O365_P3'],
  DYN365_CDS_O365_P2: ['DYN365_CDS_O365_P3'],
  FLOW_O365_P2: ['FLOW_O365_P3'],
  FORMS_PLAN_E3: ['FORMS_PLAN_E5'],
  KAIZALA_O365_P3: ['KAIZALA_STANDALONE'],
  POWERAPPS_O365_P2: ['POWERAPPS_O365_P3'],
  POWER_VIRTUAL_AGENTS_O365_P2: ['POWER_VIRTUAL_AGENTS_O365_P3'],
  PROJECT_O365_P2: ['PROJECT_O365_P3'],
  STREAM_O365_E3: ['STREAM_O365_E5'],
  BPOS_S_TODO_2: ['BPOS_S_TODO_3'],
  WHITEBOARD_PLAN2: ['WHITEBOARD_PLAN3'],
}

const business: Move['continued'] = {
  EXCHANGE_S_STANDARD: ['EXCHANGE_S_ENTERPRISE'],
  FLOW_O365_P1: ['FLOW_O365_P2'],
  FORMS_PLAN_E1: ['FORMS_PLAN_E3'],
  KAIZALA_O365_P2: ['KAIZALA_O365_P3'],
  OFFICE_BUSINESS: ['OFFICESUBSCRIPTION'],
  POWERAPPS_O365_P1: ['POWERAPPS_O365_P2'],
  SHAREPOINTSTANDARD: ['SHAREPOINTENTERPRISE'],
  BPOS_S_TODO_1: ['BPOS_S_TODO_2'],
  WHITEBOARD_PLAN1: ['WHITEBOARD_PLAN2'],
}

const standard: Move['continued'] = {
  ...business,
  RMS_S_BASIC: ['RMS_S_ENTERPRISE'],
  STREAM_O365_SMB: ['STREAM_O365_E3'],
}

const premium: Move['continued'] = {
  ...business,
  CDS_O365_P3: ['CDS_O365_P2'],
  DYN365_CDS_O365_P3: ['DYN365_CDS_O365_P2'],
  POWER_VIRTUAL_AGENTS_O365_P3: ['POWER_VIRTUAL_AGENTS_O365_P2'],
  PROJECT_O365_P3: ['PROJECT_O365_P2'],
  STREAM_O365_E1: ['STREAM_O365_E3'],
}

const premiumOnly = [
  'AAD_SMB',
  'BPOS_S_DlpAddOn',
  'DYN365BC_MS_INVOICING',
  'EXCHANGE_S_ARCHIVE_ADDON',
  'O365_SB_Relationship_Management',
  'OFFICE_SHARED_COMPUTER_ACTIVATION',
  'PURVIEW_DISCOVERY',
]

const moves: readonly Move[] = [
  {
    from: 'SPE_E3',
    to: 'SPE_E5',
    continued: {
      ...officeE3,
      ADALLOM_S_DISCOVERY: ['ADALLOM_S_O365', 'ADALLOM_S_STANDALONE'],
      MDE_LITE: ['WINDEFATP'],
    },
    gone: ['M365_LIGHTHOUSE_PARTNER_PLAN1'],
  },
  {
    from: 'ENTERPRISEPACK',
    to: 'ENTERPRISEPREMIUM',
    continued: officeE3,
    gone: [
      'Bing_Chat_Enterprise',
      'MESH_AVATARS_ADDITIONAL_FOR_TEAMS',
      'MESH_AVATARS_FOR_TEAMS',
      'MESH_IMMERSIVE_FOR_TEAMS',
    ],
  },
  {
    from: 'O365_BUSINESS_PREMIUM',
    to: 'SPE_E3',
    continued: standard,
    gone: ['DYN365BC_MS_INVOICING', 'O365_SB_Relationship_Management'],
  },
  {
    from: 'O365_BUSINESS_PREMIUM',
    to: 'ENTERPRISEPACK',
    continued: standard,
    gone: ['CLIPCHAMP', 'DYN365BC_MS_INVOICING', 'MICROSOFT_LOOP', 'O365_SB_Relationship_Management'],
  },
  {
    from: 'SPB',
    to: 'SPE_E3',
    continued: { ...premium, INTUNE_SMBIZ: ['INTUNE_A'], MDE_SMB: ['MDE_LITE'], WINBIZ: ['WIN10_PRO_ENT_SUB'] },
    gone: premiumOnly,
  },
  {
    from: 'SPB',
    to: 'ENTERPRISEPACK',
    continued: premium,
    gone: [
      ...premiumOnly,
      'AAD_PREMIUM',
      'ADALLOM_S_DISCOVERY',
      'CLIPCHAMP',
      'INTUNE_A',
      'INTUNE_SMBIZ',
      'M365_LIGHTHOUSE_PARTNER_PLAN1',
      'MDE_SMB',
      'MFA_PREMIUM',
      'MICROSOFT_LOOP',
      'RMS_S_PREMIUM',
      'UNIVERSAL_PRINT_01',
      'WINBIZ',
      'WINDOWSUPDATEFORBUSINESS_DEPLOYMENTSERVICE',
    ],
  },
  { from: 'M365_F1', to: 'SPE_F1', continued: { RMS_S_ENTERPRISE_GOV: ['RMS_S_ENTERPRISE'] }, gone: [] },
  { from: 'M365_F1_COMM', to: 'SPE_F1', continued: {}, gone: [] },
]

for (const { from, to, continued, gone } of moves)
  t.test(`each plan of ${from} is in ${to}, or another tier of it is, or it is known to be gone`, async t => {
    const next = productOf(to).plans
    const ids = new Set(next.map(({ id }) => id))
    const own = productOf(from).plans.filter(({ id, isCompanyWide }) => !isCompanyWide && !ids.has(id))
    const relatives = own.map(({ id, name }) => {
      const family = familyOf(id)?.name
      const found = family === undefined ? [] : next.filter(plan => familyOf(plan.id)?.name === family)
      // A tier that the old product has besides is no continuation of this one.
      const old = new Set(productOf(from).plans.map(plan => plan.id))
      const fresh = found.filter(plan => !old.has(plan.id))
      return [name, (fresh.length > 0 ? fresh : found).map(plan => plan.name).sort()] as const
    })
    t.strictSame(Object.fromEntries(relatives.filter(([, found]) => found.length > 0)), continued)
    t.strictSame(relatives.flatMap(([name, found]) => (found.length === 0 ? [name] : [])).sort(), [...gone].sort())
  })
