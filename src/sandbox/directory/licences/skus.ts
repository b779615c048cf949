import { skuCatalogue, type CatalogueSku } from '../../../data/sku-catalogue.ts'

/** Returns the SKUs with the given string ids from Microsoft's licence catalogue, in that order. */
export const catalogueSkus = (partNumbers: readonly string[]): readonly CatalogueSku[] => {
  const skus = [...skuCatalogue().values()]
  return partNumbers.map(partNumber => {
    const sku = skus.find(({ skuPartNumber }) => skuPartNumber === partNumber)
    if (!sku) throw new RangeError(`Expected ${partNumber} in sku-catalogue.json`)
    return sku
  })
}

/** Finds a product of the catalogue by its id or its part number, in any case. */
export const catalogueSku = (name: string): CatalogueSku | undefined => {
  const all = skuCatalogue()
  return (
    all.get(name.toLowerCase()) ??
    [...all.values()].find(({ skuPartNumber }) => skuPartNumber.toLowerCase() === name.toLowerCase())
  )
}

/** The id of a service plan. */
export const planNamed = (name: string): { readonly servicePlanId: string } | undefined => {
  for (const { plans } of skuCatalogue().values()) {
    const found = plans.find(plan => plan.servicePlanName === name)
    if (found) return found
  }
  return undefined
}

/**
 * Whether a plan is of the whole tenant and not of a user. As published replies of `subscribedSkus` show it; unconfirmed for Lighthouse
 * and for auditing. The catalogue lacks it.
 */
export const isOfCompany = (plan: string): boolean =>
  /^EXCHANGE_S_FOUNDATION|^INTUNE_O365$|^MICROSOFT_SEARCH$|^M365_LIGHTHOUSE|^M365_AUDIT_PLATFORM$/.test(plan)

/** Returns the service of a plan, as `assignedPlans` names it. The catalogue lacks it, so it is derived from the plan's name. */
export const serviceOf = (plan: string): string => {
  let service = known.get(plan)
  if (service === undefined)
    known.set(plan, (service = services.find(([pattern]) => pattern.test(plan))?.[1] ?? 'ProcessSimple'))
  return service
}

const known = new Map<string, string>()

const services: readonly (readonly [RegExp, string])[] = [
  [/^EXCHANGE|^MIP_S_Exchange|LOCKBOX|MICROSOFTBOOKINGS|EQUIVIO|MICROSOFT_SEARCH|INFORMATION_BARRIERS/i, 'exchange'],
  [/^SHAREPOINT|^SWAY|^BPOS_S_TODO|Nucleus|CLIPCHAMP|MICROSOFT_LOOP/i, 'SharePoint'],
  [/^TEAMS|VIVA_LEARNING|MESH/i, 'TeamspaceAPI'],
  [/^MCO|KAIZALA/i, 'MicrosoftCommunicationsOnline'],
  [/^AAD|^MFA|ENTRA/i, 'AADPremiumService'],
  [/^INTUNE/i, 'SCO'],
  [/^RMS|PREMIUM_ENCRYPTION/i, 'RMSOnline'],
  [/YAMMER|VIVAENGAGE/i, 'YammerEnterprise'],
  [/POWERAPPS|^CDS|DYN365_CDS/i, 'PowerAppsService'],
  [/FLOW|POWER_VIRTUAL/i, 'ProcessSimple'],
  [/^BI_|POWER_BI/i, 'PowerBI'],
  [/ADALLOM/i, 'Adallom'],
  [/WINDEFATP|^MTP|^ATP|^ATA|THREAT|Defender|SAFEDOCS/i, 'WindowsDefenderATP'],
  [/WIN10|WINDOWS|UNIVERSAL_PRINT/i, 'WindowsUpdateforBusinessCloudExtensions'],
  [/PROJECT/i, 'ProjectProgramsAndPortfolios'],
  [/FORMS/i, 'OfficeForms'],
  [/WHITEBOARD/i, 'WhiteboardServices'],
  [/STREAM/i, 'MicrosoftStream'],
  [/OFFICE|VISIO|EXCEL/i, 'MicrosoftOffice'],
  [/Deskless/i, 'Deskless'],
  [/MYANALYTICS|ANALYTICS/i, 'MyAnalytics'],
  [/COPILOT|Bing_Chat|GRAPH_CONNECTORS/i, 'MicrosoftCopilot'],
  [
    /MIP|RECORDS|Content|DLP|GOVERNANCE|INSIDER|AUDIT|COMPLIANCE|COMMUNICATION|CUSTOMER_KEY|INVESTIGATIONS|ML_|PURVIEW|PAM/i,
    'ComplianceCenter',
  ],
]
