// Every page with the import of its code: a new page is one line here, one in route.ts, router.tsx and pages.ts.
import { lazyPage } from './lazy-page.tsx'

export const OverviewPage = lazyPage(/^\/?$/, () => import('./overview.tsx').then((page) => page.OverviewPage))
export const FlannelPage = lazyPage(/^\/flannel$/, () => import('./flannel.tsx').then((page) => page.FlannelPage))
export const FindingsPage = lazyPage(/^\/findings$/, () => import('./findings.tsx').then((page) => page.FindingsPage))
export const LookupPage = lazyPage(/^\/lookup$/, () => import('./lookup.tsx').then((page) => page.LookupPage))
export const LearnPage = lazyPage(/^\/learn$/, () => import('./learn.tsx').then((page) => page.LearnPage))
export const SearchPage = lazyPage(/^\/search$/, () => import('./search-page.tsx').then((page) => page.SearchPage))
export const TimelinePage = lazyPage(/^\/timeline$/, () => import('./timeline.tsx').then((page) => page.TimelinePage))
export const DeletedPage = lazyPage(/^\/deleted$/, () => import('./deleted.tsx').then((page) => page.DeletedPage))
export const ComparePage = lazyPage(/^\/compare$/, () => import('./compare.tsx').then((page) => page.ComparePage))
export const V3Page = lazyPage(/^\/v3(\/|$)/, () => import('./v3.tsx').then((page) => page.V3Page))
export const V2Page = lazyPage(/^\/v2(\/|$)/, () => import('./v2.tsx').then((page) => page.V2Page))
export const CataloguePage = lazyPage(/^\/resources\/?$/, () => import('./catalogue.tsx').then((page) => page.CataloguePage))
export const ResourcesPage = lazyPage(/^\/resources\/./, () => import('./resources.tsx').then((page) => page.ResourcesPage))
export const NamespacesPage = lazyPage(/^\/namespaces(\/|$)/, () => import('./namespaces.tsx').then((page) => page.NamespacesPage))
