import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createBrowserRouter, Navigate, Outlet, RouterProvider, useLocation } from 'react-router';
import { onSignedOut, setApiLanguage } from './api/client';
import { features } from './features';
import { LiveProvider } from './live/LiveContext';
import { FeaturesContext } from './ui/feature';
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
  return <MeContext value={me.data}><LiveProvider><ParkProvider>{children}</ParkProvider></LiveProvider></MeContext>;
}

/** While the chunk of the first page is fetched. */
function Starting() {
  return <Loading skeleton="none" />;
}
