/** Addresses of the pages, so that one feature can point at another without importing it. */
export const links = {
  home: '/',
  map: (assetId: number) => `/?asset=${assetId}`,
  signIn: '/signin',
  profile: '/profile',
  asset: (id: number, tab?: string) => `/assets/${id}${tab ? `?tab=${tab}` : ''}`,
  points: (assetId?: number) => `/points${assetId ? `?asset=${assetId}` : ''}`,
  point: (id: number) => `/points/${id}`,
  trend: (pointIds: readonly number[]) => `/trends?p=${pointIds.join(',')}`,
  alarms: '/alarms',
  alarmsOfPriority: (priority: number) => `/alarms?state=open&priority=${priority}`,
  source: (id: number) => `/sources?open=${id}`,
  claim: (id: number) => `/sources/${id}/claim`,
};
