// Several objects in one download, in the format of choice; it says so where they are too many for one.
import { apiPaths, BUNDLE_FORMATS, type BundleFormat, bundledKeysText, compareLink, MOST_BUNDLED_KEYS } from '@registree/contract'
import { Download } from 'lucide-react'
import { text } from '../i18n/text.ts'
import { Button } from '../ui/Button.tsx'
import { Menu, MenuLink, MenuNote } from '../ui/Menu.tsx'
import { LinkTo } from './LinkTo.tsx'

const t = text.bundle

/** Single keys, each at a revision of its own or at that of all; or a resource, a namespace, or both. A null revision is the newest. */
export type Bundled = { cluster: string; rev: string | null } & (
  | { keys: readonly { key: Uint8Array; rev: string | null }[] }
  | { path: string | null; namespace: string | null }
)

/** Null if they are too many. */
function bundleHref(bundled: Bundled, format: BundleFormat): string | null {
  const { cluster, rev } = bundled
  if ('keys' in bundled) return apiPaths.bundleOfKeys(cluster, bundled.keys, rev, format)
  const { path, namespace } = bundled
  return apiPaths.bundle(cluster, { path, namespace, rev, format })
}

/** The page that says what applying it would change; null if they are too many. */
function previewHref(bundled: Bundled): string | null {
  const { cluster, rev } = bundled
  if (!('keys' in bundled)) return compareLink(cluster, { apply: '1', path: bundled.path, namespace: bundled.namespace, rev })
  const keys = bundledKeysText(bundled.keys)
  return keys === null ? null : compareLink(cluster, { apply: '1', keys, rev })
}

/** Items of a menu. */
export function BundleItems({ bundled, preview = true }: { bundled: Bundled; preview?: boolean }) {
  const hrefs = BUNDLE_FORMATS.map((format) => ({ format, href: bundleHref(bundled, format) }))
  if (hrefs.some(({ href }) => href === null))
    return <MenuNote>{t.tooMany({ n: 'keys' in bundled ? bundled.keys.length : 0, most: MOST_BUNDLED_KEYS })}</MenuNote>
  return (
    <>
      {hrefs.map(({ format, href }) => (
        <MenuLink key={format} render={<a href={href ?? ''} download />}>
          {t.formats[format]}
        </MenuLink>
      ))}
      {preview && <MenuLink render={<LinkTo href={previewHref(bundled) ?? ''} />}>{t.preview}</MenuLink>}
      <MenuNote>{t.masked}</MenuNote>
    </>
  )
}

/** @param preview whether to offer the page that says what applying it would change */
export function BundleMenu({
  bundled,
  label,
  tone = 'plain',
  preview = true,
}: {
  bundled: Bundled
  label: string
  tone?: 'plain' | 'primary'
  preview?: boolean
}) {
  const isNothing = 'keys' in bundled && bundled.keys.length === 0
  return (
    <Menu
      trigger={
        <Button tone={tone} disabled={isNothing} icon={<Download size={14} aria-hidden />} data-bundle>
          {label}
        </Button>
      }
    >
      <BundleItems bundled={bundled} preview={preview} />
    </Menu>
  )
}
