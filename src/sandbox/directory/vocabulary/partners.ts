const partners =
  'adatum.com alpineskihouse.com bellows.edu blueyonder.com cohovineyard.com cohowinery.com consolidated.net cpandl.com fabrikam.com fineart.edu firstup.com fourthcoffee.com gmail.com humongous.com lamna.com libertys.org litware.com lucerne.org margies.travel munsons.com nodpub.com northwind.com outlook.com proseware.com relecloud.com southridge.com tailspin.com tailwind.com treyresearch.net vanarsdel.com wideworld.com wingtip.com woodgrove.com'

/** Home domains of guests, in order: Microsoft's fictional companies. */
export const externalDomains: readonly string[] = partners.split(' ').sort()

/** The company in brackets after a guest's name, in the order of the domains. */
export const externalCompanies: readonly string[] = externalDomains.map(domain => {
  const label = domain.slice(0, domain.indexOf('.'))
  return label.charAt(0).toUpperCase() + label.slice(1)
})
