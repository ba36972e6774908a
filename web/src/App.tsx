import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createBrowserRouter, matchRoutes, Navigate, Outlet, RouterProvider, useLocation } from 'react-router';
import { onSignedOut, setApiLanguage } from './api/client';
import type { Me } from './api/types';
import { features } from './features';
import { LiveProvider } from './live/LiveContext';
import { FeaturesContext, openFeatures } from './ui/feature';
import { LanguageContext, localeOf, rememberedLanguage, rememberLanguage, type Language } from './ui/i18n';
import { links } from './ui/links';
import { createQueryClient } from './ui/queries';
import { Failure, Loading } from './ui/QueryView';
import { NotFoundPage, RouteError } from './ui/RouteError';
import { MeContext, meQuery } from './ui/session';
import { ParkProvider } from './ui/shell/ParkSwitch';
import { Shell } from './ui/shell/Shell';
import { ThemeProvider } from './ui/theme';

const queryClient = createQueryClient();

const router = createBrowserRouter([
  { element: <Outlet />, HydrateFallback: Starting, errorElement: <RouteError />, children: features.flatMap((feature) => feature.bareRoutes ?? []) },
  { element: <SignedIn><Outlet /></SignedIn>, HydrateFallback: Starting, errorElement: <RouteError />, children: features.flatMap((feature) => feature.wallRoutes ?? []) },
  {
    element: <SignedIn><Shell /></SignedIn>,
    HydrateFallback: Starting,
    errorElement: <RouteError />,
    children: [
      { errorElement: <RouteError />, children: [...features.flatMap((feature) => feature.routes), { path: '*', element: <NotFoundPage /> }] },
    ],
  },
]);

export function App() {
  const [language, setLanguageState] = useState(rememberedLanguage);
  const setLanguage = useCallback((next: Language) => {
    setApiLanguage(localeOf(next));
    rememberLanguage(next);
    setLanguageState(next);
  }, []);
  const setting = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return (
    <LanguageContext value={setting}>
      <ThemeProvider>
        <QueryClientProvider client={queryClient}>
          <FeaturesContext value={features}><RouterProvider router={router} /></FeaturesContext>
        </QueryClientProvider>
      </ThemeProvider>
    </LanguageContext>
  );
}

/** The door: nobody passes without a session, nor with a password somebody else has chosen. */
function SignedIn({ children }: { children: ReactNode }) {
  const me = useQuery(meQuery);
  const location = useLocation();
  const queries = useQueryClient();
  useEffect(() => onSignedOut(() => queries.setQueryData(meQuery.queryKey, null)), [queries]);

  if (me.isError) return <Failure error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data === undefined) return <Loading skeleton="none" />;
  if (me.data === null || me.data.mustChangePassword) {
    const here = location.pathname + location.search;
    return <Navigate to={here === '/' ? links.signIn : `${links.signIn}?from=${encodeURIComponent(here)}`} replace />;
  }
  return <Rooms me={me.data}>{children}</Rooms>;
}

/** The rooms that this server has. Whoever comes to the door of another is led to the first that is open. */
function Rooms({ me, children }: { me: Me; children: ReactNode }) {
  const location = useLocation();
  const open = useMemo(() => openFeatures(features, me.rooms), [me.rooms]);
  const closed = features.filter(({ room }) => room !== undefined && !me.rooms.includes(room));
  if (matchRoutes(closed.flatMap(({ routes, wallRoutes }) => [...routes, ...(wallRoutes ?? [])]), location)) {
    const first = open.flatMap(({ rail }) => rail ?? []).find(({ permission }) => permission === undefined || me.permissions.includes(permission));
    return <Navigate to={first?.to ?? links.profile} replace />;
  }
  return (
    <MeContext value={me}>
      <FeaturesContext value={open}>
        <LiveProvider enabled={me.rooms.includes('operations')}><ParkProvider>{children}</ParkProvider></LiveProvider>
      </FeaturesContext>
    </MeContext>
  );
}

/** While the chunk of the first page is fetched. */
function Starting() {
  return <Loading skeleton="none" />;
}
