/** The application id of Microsoft Graph, the same in every tenant and cloud. */
export const graphAppId = '00000003-0000-0000-c000-000000000000'

/**
 * Ids of Microsoft Graph's permissions: `application` is an app role, `delegated` a scope. Only ids that two published
 * sources agree on are listed. Look up a permission without an id by its name in the tenant (`tenants app` prints how).
 *
 * For User.Create and User.ReadUpdate.All, Microsoft's own list of deployments (hidden, for no environment) has other ids
 * than the permission's page. User.Create is listed as read from live tenants; the other is omitted.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference
 */
export const permissionIds: Readonly<Record<string, { readonly application?: string; readonly delegated?: string }>> = {
  'AdministrativeUnit.Read.All': {
    application: '134fd756-38ce-4afd-ba33-e9623dbe66c2',
    delegated: '3361d15d-be43-4de6-b441-3c746d05163d',
  },
  'AdministrativeUnit.ReadWrite.All': {
    application: '5eb59dd3-1da2-4329-8733-9dabdc435916',
    delegated: '7b8a2d34-6b3f-4542-a343-54651608ad81',
  },
  'AppRoleAssignment.ReadWrite.All': {
    application: '06b708a9-e830-4db3-a914-8e69da51d44f',
    delegated: '84bccea3-f856-4a8a-967b-dbe0a3d53a64',
  },
  'Application.Read.All': {
    application: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
    delegated: 'c79f8feb-a9db-4090-85f9-90d820caa0eb',
  },
  'Application.ReadWrite.All': {
    application: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9',
    delegated: 'bdfbf15f-ee85-4955-8675-146e8e5296b5',
  },
  'Application.ReadWrite.OwnedBy': { application: '18a4783c-866b-4cc7-a460-3d5e5662c884' },
  'AuditLog.Read.All': {
    application: 'b0afded3-3588-46d8-8b3d-9842eff778da',
    delegated: 'e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20',
  },
  'DelegatedAdminRelationship.Read.All': {
    application: 'f6e9e124-4586-492f-adc0-c6f96e4823fd',
    delegated: '0c0064ea-477b-4130-82a5-4c2cc4ff68aa',
  },
  'Device.Read.All': {
    application: '7438b122-aefc-4978-80ed-43db9fcc7715',
    delegated: '951183d1-1a61-466f-a6d1-1fde911bfd95',
  },
  'Device.ReadWrite.All': { application: '1138cb37-bd11-4084-a2b7-9f71582aeddb' },
  'Directory.Read.All': {
    application: '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
    delegated: '06da0dbc-49e2-44d2-8312-53f166ab848a',
  },
  'Directory.ReadWrite.All': {
    application: '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
    delegated: 'c5366453-9fb0-48a5-a156-24f0c49a4b84',
  },
  'Domain.Read.All': {
    application: 'dbb9058a-0e50-45d7-ae91-66909b5d4664',
    delegated: '2f9ee017-59c1-4f1d-9472-bd5529a7b311',
  },
  'Group.Create': { application: 'bf7b1a76-6e77-406b-b258-bf5c7720e98f' },
  'Group.Read.All': {
    application: '5b567255-7703-4780-807c-7be8301ae99b',
    delegated: '5f8c59db-677d-491f-a6b8-5f174b11ec1d',
  },
  'Group.ReadBasic.All': {
    application: '07d67222-3a10-4d3b-9ddc-b8aa43198a00',
    delegated: 'ba1917bc-a64b-4c71-b66d-229d4a520e66',
  },
  'Group.ReadWrite.All': {
    application: '62a82d76-70ea-41e2-9197-370581804d09',
    delegated: '4e46008b-f24c-477d-8fff-7bb4ec7aafe0',
  },
  'GroupMember.Read.All': {
    application: '98830695-27a2-44f7-8c18-0c3ebc9698f6',
    delegated: 'bc024368-1153-4739-b217-4326f2e966d0',
  },
  'GroupMember.ReadBasic.All': {
    application: '8222c640-cae5-4860-8d11-b32cfad95e03',
    delegated: '28539367-358c-4ed9-b7f0-793eccb8fd34',
  },
  'GroupMember.ReadWrite.All': {
    application: 'dbaae8cf-10b5-4b86-a4a1-f871c94c6695',
    delegated: 'f81125ac-d3b7-4573-a3b2-7099cc39df9e',
  },
  'LicenseAssignment.Read.All': {
    application: 'e2f98668-2877-4f38-a2f4-8202e0717aa1',
    delegated: 'f395577a-0960-456b-979f-7228de0c5996',
  },
  'LicenseAssignment.ReadWrite.All': {
    application: '5facf0c1-8979-4e95-abcf-ff3d079771c0',
    delegated: 'f55016cc-149c-447e-8f21-7cf3ec1d6350',
  },
  'Member.Read.Hidden': {
    application: '658aa5d8-239f-45c4-aa12-864f4fc7e490',
    delegated: 'f6a3db3e-f7e8-4ed2-a414-557c8c9830be',
  },
  'Organization.Read.All': {
    application: '498476ce-e0fe-48b0-b801-37ba7e2685c6',
    delegated: '4908d5b9-3fb2-4b1e-9336-1888b7937185',
  },
  'OrgContact.Read.All': {
    application: 'e1a88a34-94c4-4418-be12-c87b00e26bea',
    delegated: '08432d1b-5911-483c-86df-7980af5cdee0',
  },
  'Policy.Read.All': { application: '246dd0d5-5bd0-4def-940b-0421030a5b68' },
  'Policy.Read.AuthenticationMethod': { application: '8e3bc81b-d2f3-4b7b-838c-32c88218d2f0' },
  'RoleAssignmentSchedule.ReadWrite.Directory': { application: 'dd199f4a-f148-40a4-a2ec-f0069cc799ec' },
  'RoleEligibilitySchedule.ReadWrite.Directory': {
    application: 'fee28b28-e1f3-4841-818e-2704dc62245f',
    delegated: '62ade113-f8e0-4bf9-a6ba-5acb31db32fd',
  },
  'RoleManagementPolicy.Read.Directory': {
    application: 'fdc4c997-9942-4479-bfcb-75a36d1138df',
    delegated: '3de2cdbe-0ff5-47d5-bdee-7f45b4749ead',
  },
  'ProvisioningLog.Read.All': { application: '091937d3-3e38-47a1-8649-b2f99d3035f1' },
  'RoleManagement.Read.Directory': {
    application: '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
    delegated: '741c54c3-0c1e-44a1-818b-3f97ab4e8c83',
  },
  'RoleManagement.ReadWrite.Directory': {
    application: '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8',
    delegated: 'd01b97e9-cbc0-49fe-810a-750afd5527a3',
  },
  'SynchronizationData-User.Upload': {
    application: 'db31e92a-b9ea-4d87-bf6a-75a37a9ca35a',
    delegated: '1a2e7420-4e92-4d2b-94cb-fb2952e9ddf7',
  },
  'User-LifeCycleInfo.ReadWrite.All': { application: '925f1248-0f97-47b9-8ec8-538c54e01325' },
  'User-PasswordProfile.ReadWrite.All': {
    application: 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7',
    delegated: '56760768-b641-451f-8906-e1b8ab31bca7',
  },
  'User.Create': { application: '4240f680-4f73-4082-a766-aa916a2dc9b3' },
  'User.DeleteRestore.All': {
    application: 'eccc023d-eccf-4e7b-9683-8813ab36cecc',
    delegated: '4bb440cd-2cf2-4f90-8004-aa2acd2537c5',
  },
  'User.EnableDisableAccount.All': {
    application: '3011c876-62b7-4ada-afa2-506cbbecc68c',
    delegated: 'f92e74e7-2563-467f-9dd0-902688cb5863',
  },
  'User.Invite.All': {
    application: '09850681-111b-4a89-9bed-3f2cae46d706',
    delegated: '63dd7cd9-b489-4adf-a28c-ac38b9a0f962',
  },
  'User.Read.All': {
    application: 'df021288-bdef-4463-88db-98f22de89214',
    delegated: 'a154be20-db9c-4678-8ab7-66f6cc099a59',
  },
  'User.ReadBasic.All': {
    application: '97235f07-e226-4f63-ace3-39588e11d3a1',
    delegated: 'b340eb25-3456-403f-be2f-af7a0d370277',
  },
  'User.ReadWrite.All': {
    application: '741f803b-c850-494e-b5df-cde7c675a1ca',
    delegated: '204e0828-b5ca-4ad8-b9f3-f32a958e7cc4',
  },
  'User.RevokeSessions.All': {
    application: '77f3a031-c388-4f99-b373-dc68676a979e',
    delegated: 'fc30e98b-8810-4501-81f5-c20a3196387b',
  },
  'UserAuthMethod-TAP.ReadWrite.All': { application: '627169a8-8c15-451c-861a-5b80e383de5c' },
  'UserAuthenticationMethod.ReadWrite.All': {
    application: '50483e42-d915-4231-9639-7fdb7fd190e5',
    delegated: 'b7887744-6746-4312-813d-72daeaee7e2d',
  },
}
