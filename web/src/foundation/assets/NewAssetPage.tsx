import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useMemo, useRef } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { api, read } from '../../api/client';
import { assetQuery } from '../../api/shared';
import type { AssetKind } from '../../api/types';
import { useTexts } from '../../ui/i18n';
import { links } from '../../ui/links';
import { Card, Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { foundationTexts } from '../texts';
import { assetKinds, editOf } from './assetDraft';
import { AssetForm, attributesQuery } from './AssetForm';

/** One level below its parent, which is what one nearly always means. */
const kindBelow = (kind: AssetKind | undefined): AssetKind => (kind === undefined ? 'park' : assetKinds[Math.min(assetKinds.length - 1, assetKinds.indexOf(kind) + 1)] ?? 'facility');

export default function NewAssetPage() {
  const t = useTexts(foundationTexts);
  const ui = useTexts(uiTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const parentId = Number(useSearchParams()[0].get('parent')) || null;
  const parent = useQuery({ ...assetQuery(parentId ?? 0), enabled: parentId !== null });
  const definitions = useQuery(attributesQuery);
  const made = useRef<number | null>(null);
  const kind = kindBelow(parent.data?.kind);
  const opened = useMemo(() => ({ value: { kind, parentId: parentId ? String(parentId) : '', code: '', nameZh: '', nameEn: '', geometry: '' }, etag: kind }), [kind, parentId]);
  return (
    <Page title={t('asset.newTitle')}>
      <Card>
        <QueryView query={definitions} skeleton="block">
          {(all) => (
            <AssetForm
              opened={opened} definitions={all} isNew reread={() => Promise.resolve(opened)}
              save={async (draft) => { made.current = (await read(api.POST('/api/v1/assets', { body: editOf(draft, all) }))).id; }}
              onSaved={() => {
                void message.success(ui('saved'));
                void queries.invalidateQueries({ queryKey: ['assets'] });
                if (made.current !== null) void navigate(links.asset(made.current), { replace: true });
              }}
            />
          )}
        </QueryView>
      </Card>
    </Page>
  );
}
