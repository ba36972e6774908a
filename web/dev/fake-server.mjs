// A stand-in for the server while the console is developed without one: the shapes of /api/v1, moving values, SSE, ETags.
// node dev/fake-server.mjs [port]   account admin, any password; "new" must change its password; "bad" is refused.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const port = Number(process.argv[2] ?? 8080);
const dist = new URL('../dist/', import.meta.url).pathname;
const iso = (ms) => new Date(ms).toISOString();
let session = process.env.SIGNED_IN ? 'admin' : null;
let mustChange = false;
let displayName = '系统管理员', language = 'zh-CN';

// ---------- the park
const assets = [];
const add = (parentId, kind, code, nameZh, nameEn, geometry = null, extra = {}) => { const a = { id: assets.length + 1, parentId, kind, code, nameZh, nameEn, geometry, attributes: extra.attributes ?? {}, version: 1, category: extra.category ?? null, heightM: extra.heightM ?? null }; assets.push(a); return a; };
const lon0 = 109.80, lat0 = 40.62;
const rect = (x, y, w, h) => ({ type: 'Polygon', coordinates: [[[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]].map(([a, b]) => [lon0 + a * 0.0118 / 1000, lat0 + b * 0.009 / 1000])] });
const at = (x, y) => ({ type: 'Point', coordinates: [lon0 + x * 0.0118 / 1000, lat0 + y * 0.009 / 1000] });
const line = (...p) => ({ type: 'LineString', coordinates: p.map(([x, y]) => at(x, y).coordinates) });
const region = add(null, 'region', 'NM', '内蒙古自治区', 'Inner Mongolia');
const city = add(region.id, 'city', 'NM-BT', '包头市', 'Baotou');
const park = add(city.id, 'park', 'PARK-1', '敕勒川稀土新材料产业园（示范）', 'Chilechuan rare-earth new materials park (demo)', rect(0, 0, 5200, 3600));
const zones = [['稀土功能材料区', 'Rare-earth materials zone', 100, 1850, 2400, 1650], ['铝精深加工区', 'Aluminium zone', 2700, 1850, 2400, 1650], ['煤化工区', 'Coal chemistry zone', 100, 100, 2400, 1600], ['光伏与乳业区', 'Photovoltaic and dairy zone', 2700, 100, 2400, 1600]].map(([zh, en, x, y, w, h], i) => ({ ...add(park.id, 'zone', `Z${i + 1}`, zh, en, rect(x, y, w, h)), x, y, w, h }));
add(park.id, 'facility', 'ROAD-1', '纬一路', 'Wei 1 road', line([0, 1775], [5200, 1775]), { category: 'road' });
add(park.id, 'facility', 'ROAD-2', '经一路', 'Jing 1 road', line([2600, 0], [2600, 3600]), { category: 'road' });
const names = [['蒙源稀土', 'Mengyuan Rare Earth'], ['北辰磁材', 'Beichen Magnetics'], ['金川抛光粉', 'Jinchuan Polishing'], ['昆都仑储氢', 'Kundulun Hydrogen'], ['宏泰化工', 'Hongtai Chemical'], ['华盛铝业', 'Huasheng Aluminium'], ['瑞丰铁合金', 'Ruifeng Ferroalloy'], ['蒙源硅材', 'Mengyuan Silicon'], ['塞北乳业', 'Saibei Dairy'], ['雁北光伏', 'Yanbei Photovoltaic'], ['敕勒川铝箔', 'Chilechuan Foil'], ['青山轮毂', 'Qingshan Wheels'], ['阴山煤焦', 'Yinshan Coke'], ['河套甲醇', 'Hetao Methanol'], ['大青山烯烃', 'Daqingshan Olefins'], ['云中制氮', 'Yunzhong Nitrogen'], ['天骄牧业', 'Tianjiao Dairy'], ['九原切片', 'Jiuyuan Wafers'], ['鹿城组件', 'Lucheng Modules'], ['敖包储能', 'Aobao Storage']];
const enterprises = names.map(([zh, en], i) => { const z = zones[i % 4]; const k = Math.floor(i / 4); const x = z.x + 60 + (k % 3) * 780, y = z.y + 60 + Math.floor(k / 3) * 780; const e = add(z.id, 'enterprise', `E${String(i + 1).padStart(3, '0')}`, zh, en, rect(x, y, 700, 700), { attributes: { creditCode: '91150200MA0N8Q3Y1X', industry: '32' } }); for (let b = 0; b < 4; b++) add(e.id, 'facility', `${e.code}-B${b + 1}`, `${b + 1} 号车间`, `Workshop ${b + 1}`, rect(x + 60 + (b % 2) * 330, y + 60 + Math.floor(b / 2) * 310, 240, 200), { heightM: 8 + ((i * 7 + b * 5) % 22), category: 'building' }); return { ...e, x, y }; });
const stations = [];
const air = [['北门空气站', 'North gate air station', 2600, 3520], ['东界空气站', 'East border air station', 5120, 1775], ['南界空气站', 'South border air station', 2600, 60], ['西界空气站', 'West border air station', 70, 1775], ['管委会空气站', 'Administration air station', 2750, 1900], ['稀土大道空气站', 'Rare-earth avenue air station', 1300, 1775]];
air.forEach(([zh, en, x, y], i) => stations.push({ asset: add(park.id, 'equipment', `AIR-${i + 1}`, zh, en, at(x, y), { category: 'airStation' }), type: 'air' }));
enterprises.forEach((e, i) => { if (i % 2 === 0) stations.push({ asset: add(e.id, 'equipment', `${e.code}-EM`, `${e.nameZh} 总电表`, `${e.nameEn} main meter`, at(e.x + 620, e.y + 620), { category: 'meter' }), type: 'meter' }); if (i % 3 === 1) stations.push({ asset: add(e.id, 'equipment', `${e.code}-DA001`, `${e.nameZh} 排口 DA001`, `${e.nameEn} outlet DA001`, at(e.x + 120, e.y + 620), { category: 'outlet' }), type: 'outlet' }); });

const quantities = [['pm25', '细颗粒物 PM2.5', 'PM2.5', 1, 'ug/m3', 'µg/m³'], ['pm10', '可吸入颗粒物 PM10', 'PM10', 1, 'ug/m3', 'µg/m³'], ['so2', '二氧化硫', 'SO₂', 1, 'mg/m3', 'mg/m³'], ['nox', '氮氧化物', 'NOx', 1, 'mg/m3', 'mg/m³'], ['temperature', '气温', 'Air temperature', 1, 'degC', '°C'], ['activePower', '有功功率', 'Active power', 1, 'kW', 'kW'], ['activeEnergy', '有功电能', 'Active energy', 2, 'kWh', 'kWh'], ['powerFactor', '功率因数', 'Power factor', 3, '1', '']].map(([code, nameZh, nameEn, decimals, u, s]) => ({ code, nameZh, nameEn, decimals, units: [{ code: u, symbol: s, nameZh: s || '无量纲', nameEn: s || 'dimensionless' }, ...(code === 'activePower' ? [{ code: 'MW', symbol: 'MW', nameZh: '兆瓦', nameEn: 'megawatt' }] : [])] }));
const kinds = { air: [['pm25', 'a34004-Rtd', 38, 22, 75, 115], ['pm10', 'a34002-Rtd', 80, 40, 150, 250], ['temperature', 'a01001-Rtd', -4, 6, null, null]], meter: [['activePower', 'Usage_kW', 1240, 420, 1800, 2000], ['activeEnergy', 'Energy_kWh', 82340, 900, null, null], ['powerFactor', 'PF', 0.93, 0.05, null, null]], outlet: [['so2', 'a21026-Rtd', 24, 12, 35, 50], ['nox', 'a21002-Rtd', 31, 15, 50, 80]] };
const points = [], sources = [];
for (const [n, s] of stations.entries()) {
  const gateway = s.type === 'meter' ? 'line' : 'hj212';
  const key = s.type === 'meter' ? `steel,meter=EM${String(n + 1).padStart(2, '0')}` : `1502000${String(n + 1).padStart(3, '0')}NM0001`;
  sources.push({ id: sources.length + 1, gateway, key, nameZh: s.asset.nameZh, nameEn: s.asset.nameEn, assetId: s.asset.id, assetNameZh: s.asset.nameZh, assetNameEn: s.asset.nameEn, template: s.type, state: n === 3 ? 'offline' : 'online', firstSeen: iso(Date.now() - 9e8), lastSeen: iso(Date.now() - (n === 3 ? 4.2e6 : 2e3)), remote: `10.20.3.${n + 10}:40${n + 10}`, heartbeatSeconds: 60, frames: 18000 + n * 37, samples: 90000 + n * 211, errors: n % 5, refused: 0, version: 1 });
  for (const [q, channel, mean, spread, high, highHigh] of kinds[s.type]) {
    const quantity = quantities.find((x) => x.code === q);
    points.push({ id: points.length + 1, assetId: s.asset.id, assetNameZh: s.asset.nameZh, assetNameEn: s.asset.nameEn, code: `${s.asset.code}.${q}`, nameZh: quantity.nameZh, nameEn: quantity.nameEn, quantity: q, unit: quantity.units[0].code, unitSymbol: quantity.units[0].symbol, decimals: quantity.decimals, seriesId: points.length + 1000, gateway, source: key, channel, scale: 1, offset: 0, limits: { lowLow: null, low: null, high, highHigh, deadband: high ? high / 50 : null }, lastTime: null, lastValue: null, lastQuality: null, stale: n === 3, staleAfterSeconds: null, version: 1, mean, spread, offline: n === 3, bad: n === 7 });
  }
}
for (let i = 0; i < 3; i++) sources.push({ id: sources.length + 1, gateway: i === 2 ? 'json' : 'hj212', key: i === 2 ? 'greenhouse-7' : `150200099${i}NM0009`, nameZh: null, nameEn: null, assetId: null, assetNameZh: null, assetNameEn: null, template: null, state: 'online', firstSeen: iso(Date.now() - 3.2e6), lastSeen: iso(Date.now() - 4e3), remote: `10.20.9.${i + 2}:51120`, heartbeatSeconds: 60, frames: 320, samples: 1200, errors: i * 3, refused: 0, version: 1 });
const wave = (p, t) => { const x = t / 60000; const v = p.mean + p.spread * (0.55 * Math.sin(x / 47 + p.id) + 0.3 * Math.sin(x / 11.3 + p.id * 2) + 0.22 * Math.sin(x / 2.7 + p.id * 5) + 0.1 * Math.sin(t / 7000 + p.id)); return p.quantity === 'activeEnergy' ? p.mean + (t / 3.6e6 % 1e5) * 700 : p.quantity === 'powerFactor' ? Math.min(1, v) : p.quantity === 'temperature' ? v : Math.max(0, v); };
const round = (v, d) => Number(v.toFixed(d));
const refresh = (p, t = Date.now()) => { if (p.offline) { p.lastTime = iso(t - 4.2e6); p.lastValue = round(wave(p, t - 4.2e6), p.decimals); p.lastQuality = 'good'; return p; } p.lastTime = iso(t); p.lastValue = round(wave(p, t), p.decimals); p.lastQuality = p.bad ? 'bad' : p.id % 23 === 0 ? 'uncertain' : 'good'; return p; };
points.forEach((p) => refresh(p));

const alarms = [];
const order = ['highHigh', 'high', 'low', 'lowLow'];
for (let i = 0; i < 34; i++) { const limited = points.filter((x) => x.limits.high); const p = limited[(i * 7) % limited.length]; const kind = i % 5 === 0 ? 'highHigh' : 'high'; const priority = i === 0 ? 1 : i < 3 ? 2 : i % 3 === 0 ? 3 : i % 7 === 0 ? 2 : 4; const raised = Date.now() - (i * 11 + 2) * 97e3; const state = i < 5 ? 'unacknowledged' : i < 7 ? 'returnedUnacknowledged' : i < 14 ? 'acknowledged' : 'normal'; alarms.push({ id: i + 1, pointId: p.id, pointNameZh: p.nameZh, pointNameEn: p.nameEn, assetId: p.assetId, assetNameZh: p.assetNameZh, assetNameEn: p.assetNameEn, kind, priority, state, raised: iso(raised), returned: state === 'normal' || state === 'returnedUnacknowledged' ? iso(raised + 4e5) : null, acknowledged: state === 'acknowledged' || state === 'normal' ? iso(raised + 6e4) : null, acknowledgedBy: state === 'acknowledged' || state === 'normal' ? '值班员' : null, comment: i % 4 === 0 && state !== 'unacknowledged' ? '已电话核实' : null, value: round((kind === 'high' ? p.limits.high : p.limits.highHigh) * 1.04, p.decimals), limit: kind === 'high' ? p.limits.high : p.limits.highHigh, unit: p.unitSymbol }); }
const open = (a) => a.state !== 'normal', unack = (a) => a.state.toLowerCase().includes('unacknowledged');

const accounts = [['admin', '系统管理员', 'administrator', null], ['duty', '值班员', 'operator', park.id], ['env', '环保员', 'environmentOfficer', park.id], ['hongtai', '宏泰化工', 'enterpriseUser', enterprises[4].id]].map(([userName, displayNameOf, role, assetId], i) => ({ id: i + 1, userName, displayName: displayNameOf, language: 'zh-CN', disabled: false, lockedUntil: i === 3 ? iso(Date.now() + 6e5) : null, lastSignIn: iso(Date.now() - i * 3e6), grants: [{ role, assetId }], version: 1 }));
const roles = [['administrator', '管理员', 'Administrator'], ['operator', '运行值班', 'Operator'], ['energyManager', '能源管理', 'Energy manager'], ['environmentOfficer', '环保管理', 'Environment officer'], ['safetyOfficer', '安全管理', 'Safety officer'], ['enterpriseUser', '企业用户', 'Enterprise user'], ['gateKeeper', '门岗', 'Gate keeper'], ['analyst', '分析', 'Analyst'], ['ingest', '数据接入', 'Ingest']].map(([code, nameZh, nameEn]) => ({ code, nameZh, nameEn, permissions: [] }));
const permissions = 'park.read park.write park.import telemetry.read telemetry.write sources.read sources.write sources.command alarms.read alarms.acknowledge alarms.configure accounts.manage tokens.own audit.read system.read signed-in'.split(' ');
let tokens = [{ id: 1, name: 'telegraf', role: 'ingest', assetId: null, created: iso(Date.now() - 8e8), expires: iso(Date.now() + 8e9), lastUsed: iso(Date.now() - 5e3), owner: 'admin' }];
const audit = Array.from({ length: 132 }, (_, i) => ({ id: 500 - i, time: iso(Date.now() - i * 432e3), user: ['admin', 'duty', 'env'][i % 3], token: i % 11 === 0 ? 'telegraf' : null, action: ['update', 'create', 'delete', 'signIn'][i % 4], entity: ['point', 'asset', 'source', 'account'][i % 4], entityId: String(i + 1), entityName: points[i % points.length].nameZh, before: i % 4 === 1 || i % 4 === 3 ? null : { nameZh: 'PM2.5', limits: { high: 70, highHigh: 115 }, scale: 1 }, after: i % 4 >= 2 ? null : { nameZh: '细颗粒物 PM2.5', limits: { high: 75, highHigh: 115 }, scale: 1 }, address: '10.1.1.' + (i % 30) }));
const requests = [{ id: 1, command: 'setTime', arguments: { SystemTime: '20261123101500' }, state: 'done', result: 'ExeRtn=1', created: iso(Date.now() - 6e5), finished: iso(Date.now() - 598e3), by: 'admin' }, { id: 2, command: 'getRealtimeInterval', arguments: {}, state: 'timedOut', result: null, created: iso(Date.now() - 3e5), finished: iso(Date.now() - 28e4), by: 'duty' }];
const templates = [['hj212-air', '空气站', 'Air station', 'hj212'], ['hj212-outlet', '废气排口', 'Stack outlet', 'hj212'], ['line-meter', '电表', 'Electricity meter', 'line'], ['json-generic', '通用', 'Generic', 'json']].map(([code, nameZh, nameEn, gateway]) => ({ code, nameZh, nameEn, gateway, channels: ['a34004-Rtd', 'a34002-Rtd'] }));

// ---------- answers
const pub = (p) => { const { mean, spread, offline, bad, ...rest } = p; return rest; };
const asset = ({ x, y, w, h, category, heightM, ...a }) => ({ ...a, warnings: [] });
const below = (id) => { const ids = new Set([id]); for (const a of assets) if (ids.has(a.parentId)) ids.add(a.id); return ids; };
const pageOf = (items, q) => { const page = Number(q.get('page') ?? 1), pageSize = Math.min(500, Number(q.get('pageSize') ?? 50)); return { items: items.slice((page - 1) * pageSize, page * pageSize), total: items.length, page, pageSize }; };
const has = (text, ...of) => !text || of.some((x) => String(x ?? '').toLowerCase().includes(text.toLowerCase()));
const node = (a) => ({ id: a.id, parentId: a.parentId, kind: a.kind, code: a.code, nameZh: a.nameZh, nameEn: a.nameEn, childCount: assets.filter((c) => c.parentId === a.id).length, pointCount: points.filter((p) => below(a.id).has(p.assetId)).length });
const steps = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
function samples(p, q) {
  const from = Date.parse(q.get('from')), to = Math.min(Date.now(), Date.parse(q.get('to')) || Date.now());
  const text = q.get('step'), max = Number(q.get('maxPoints') ?? 2000), aggregate = text ? q.get('aggregate') ?? 'avg' : null;
  const step = text ? parseInt(text) * steps[text.slice(-1)] : Math.max(15000, Math.ceil((to - from) / max / 15000) * 15000);
  const times = [], values = [], qualities = [], counts = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
    if (Math.floor(t / 6e5) % 37 === 5) continue; // an outage now and then
    const base = wave(p, t), spread = p.spread * 0.16 * (1 + Math.sin(t / 9e5));
    times.push(iso(t)); values.push(round(base + (aggregate === 'max' ? spread : aggregate === 'min' ? -spread : 0), p.decimals)); qualities.push(!text && Math.floor(t / 15000) % 97 === 3 ? 'bad' : 'good'); counts.push(step / 15000);
  }
  return { pointId: p.id, seriesId: p.seriesId, unit: p.unitSymbol, step: text, aggregate, times, values, qualities, ...(text ? { counts } : {}), completeness: 0.98 };
}
const frames = (s) => Array.from({ length: 60 }, (_, i) => { const bad = i === 4, out = i % 9 === 2; const body = `QN=20261123101${String(600 - i).padStart(3, '0')}000;ST=22;CN=2011;PW=123456;MN=${s.key};Flag=5;CP=&&DataTime=20261123101500;a34004-Rtd=38.4,a34004-Flag=N;a34002-Rtd=80.1,a34002-Flag=N;a01001-Rtd=-4.2,a01001-Flag=N&&`; return { id: 1000 - i, time: iso(Date.now() - i * 15e3), direction: out ? 'out' : 'in', text: s.gateway === 'line' ? `${s.key} Usage_kW=1240.2,PF=0.93 1795400000000000000` : out ? `##0087QN=20261123101500000;ST=91;CN=9014;PW=123456;MN=${s.key};Flag=4;CP=&&&&3240` : `##0${body.length}${body}${bad ? '0000' : '1C80'}`, verdict: bad ? 'badCrc' : 'accepted', reason: bad ? 'CRC 应为 1C80，收到 0000' : null, samples: bad || out ? 0 : 3 }; });

const routes = [];
const on = (method, pattern, handler) => routes.push([method, new RegExp(`^/api/v1/${pattern.replace(/\{id\}/g, '(\\d+)')}$`), handler]);
const problem = (status, title, extra = {}) => ({ status, body: { type: extra.type ?? 'about:blank', title, status, detail: extra.detail ?? title, ...extra }, type: 'application/problem+json' });
const notFound = () => problem(404, '没有这一项');
const tagged = (value, status = 200) => ({ status, body: value, headers: { ETag: `"${value.version}"` } });
const find = (list, id) => list.find((x) => x.id === Number(id));
const me = () => ({ accountId: 1, userName: session, displayName, language, mustChangePassword: mustChange, permissions, grants: [{ role: 'administrator', assetId: null, assetNameZh: null, assetNameEn: null }] });
function put(list, merge) { return ({ id, body, req }) => { const item = find(list, id); if (!item) return notFound(); if (req.headers['if-match'] !== `"${item.version}"`) return problem(412, '别人已改过这一项', { type: '/problems/precondition-failed' }); if (body.nameZh === '') return problem(400, '有字段不符合要求', { errors: { nameZh: ['中文名不能为空'] } }); Object.assign(item, merge?.(body) ?? body, { version: item.version + 1 }); return tagged(merge === publicPoint ? pub(item) : item); }; }
const publicPoint = (body) => body;
on('POST', 'auth/login', ({ body }) => { if (body.userName === 'bad') return problem(401, '账号或密码不对'); session = body.userName; mustChange = body.userName === 'new'; return { body: me() }; });
on('POST', 'auth/logout', () => { session = null; return { status: 204 }; });
on('GET', 'auth/me', () => ({ body: me() }));
on('PUT', 'auth/me', ({ body }) => { ({ displayName, language } = body); return { body: me() }; });
on('POST', 'auth/password', ({ body }) => { if (body.newPassword.length < 12) return problem(400, '密码不符合要求', { errors: { newPassword: ['至少 12 个字符'] } }); mustChange = false; return { status: 204 }; });
on('GET', 'accounts', ({ q }) => ({ body: pageOf(accounts.filter((a) => has(q.get('q'), a.userName, a.displayName)), q) }));
on('POST', 'accounts', ({ body }) => { const a = { id: accounts.length + 1, disabled: false, lockedUntil: null, lastSignIn: null, version: 1, ...body, password: undefined }; accounts.push(a); return { status: 201, body: a }; });
on('GET', 'accounts/{id}', ({ id }) => find(accounts, id) ? tagged(find(accounts, id)) : notFound());
on('PUT', 'accounts/{id}', put(accounts));
on('DELETE', 'accounts/{id}', () => ({ status: 204 }));
on('POST', 'accounts/{id}/password', () => ({ status: 204 }));
on('GET', 'roles', () => ({ body: roles }));
on('GET', 'tokens', () => ({ body: tokens }));
on('POST', 'tokens', ({ body }) => { const t = { id: Date.now(), name: body.name, role: body.role, assetId: null, created: iso(Date.now()), expires: body.expires ?? null, lastUsed: null, owner: session }; tokens.push(t); return { status: 201, body: { id: t.id, token: 'ordo_8kY2mVt6QpR3wLxZb9NcHs4DfJg7Ua1E', name: t.name, role: t.role, expires: t.expires } }; });
on('DELETE', 'tokens/{id}', ({ id }) => { tokens = tokens.filter((t) => t.id !== Number(id)); return { status: 204 }; });
on('GET', 'audit', ({ q }) => ({ body: pageOf(audit.filter((a) => (!q.get('user') || a.user === q.get('user')) && (!q.get('entity') || a.entity === q.get('entity'))), q) }));
on('GET', 'assets', ({ q }) => ({ body: pageOf(assets.filter((a) => (!q.get('kind') || a.kind === q.get('kind')) && (!q.get('parent') || a.parentId === Number(q.get('parent'))) && has(q.get('q'), a.nameZh, a.nameEn, a.code)).map(asset), q) }));
on('POST', 'assets', ({ body }) => { const a = { ...add(body.parentId, body.kind, body.code, body.nameZh, body.nameEn, body.geometry, body) }; return { status: 201, body: asset(a) }; });
on('GET', 'assets/tree', () => ({ body: assets.map(node) }));
on('GET', 'assets/geojson', () => ({ body: { type: 'FeatureCollection', features: assets.filter((a) => a.geometry).map((a) => ({ type: 'Feature', id: a.id, geometry: a.geometry, properties: { id: a.id, parentId: a.parentId, kind: a.kind, code: a.code, nameZh: a.nameZh, nameEn: a.nameEn, category: a.category, heightM: a.heightM } })) } }));
on('GET', 'assets/{id}', ({ id }) => find(assets, id) ? tagged(asset(find(assets, id))) : notFound());
on('PUT', 'assets/{id}', put(assets));
on('DELETE', 'assets/{id}', ({ id }) => assets.some((a) => a.parentId === Number(id)) ? problem(409, '还有下级资产，先移走或删除它们') : { status: 204 });
on('GET', 'assets/{id}/path', ({ id }) => { const path = []; for (let a = find(assets, id); a; a = find(assets, a.parentId)) path.unshift(node(a)); return { body: path }; });
on('GET', 'asset-attributes', () => ({ body: [['creditCode', '统一社会信用代码', 'Unified social credit code', 'creditCode', ['park', 'enterprise']], ['industry', '行业代码', 'Industry code', 'industry', ['park', 'zone', 'enterprise']], ['enterpriseScale', '企业规模', 'Size', 'choice', ['enterprise'], [{ code: 'large', nameZh: '大型', nameEn: 'Large' }, { code: 'small', nameZh: '小型', nameEn: 'Small' }]], ['keyPolluter', '重点排污单位', 'Key pollutant discharger', 'boolean', ['enterprise']], ['established', '成立日期', 'Date of establishment', 'date', ['enterprise']], ['employees', '职工人数', 'Employees', 'integer', ['enterprise']], ['heightM', '高度 (m)', 'Height (m)', 'number', ['facility', 'equipment']], ['manufacturer', '生产厂家', 'Manufacturer', 'text', ['equipment']]].map(([name, nameZh, nameEn, type, kinds, choices]) => ({ name, nameZh, nameEn, type, kinds, min: null, max: null, choices: choices ?? [] })) }));
on('GET', 'industries', () => ({ body: [['C', '26', '化学原料和化学制品制造业', 'Chemicals'], ['C', '32', '有色金属冶炼和压延加工业', 'Non-ferrous metals']].map(([section, code, nameZh, nameEn]) => ({ section, code, nameZh, nameEn })) }));
on('POST', 'imports/park', ({ raw }) => raw.includes('bad') ? problem(422, '文件里有 3 处不符合要求，未导入任何内容', { type: '/problems/import', rows: [{ sheet: '资产', row: 4, column: 'creditCode', value: '91150200MA0N8Q3Y1Z', reason: '统一社会信用代码校验位应为 X，是 Z' }, { sheet: '点位', row: 17, column: 'unit', value: 'kWw', reason: '没有这个单位；有功功率可用 kW、MW' }, { sheet: '点位', row: 18, column: 'asset', value: 'E099', reason: '资产表和现有园区里都没有编码 E099' }] }) : { body: { assets: { created: 132, updated: 0 }, sources: { created: 24, updated: 2 }, points: { created: 310, updated: 12 } } });
on('GET', 'quantities', () => ({ body: quantities }));
on('GET', 'points', ({ q }) => { const scope = q.get('asset') ? below(Number(q.get('asset'))) : null; return { body: pageOf(points.filter((p) => (!scope || scope.has(p.assetId)) && (!q.get('quantity') || p.quantity === q.get('quantity')) && (!q.get('bound') || (q.get('bound') === 'true') === !!p.source) && has(q.get('q'), p.nameZh, p.nameEn, p.code, p.assetNameZh)).map((p) => pub(refresh(p))), q) }; });
on('POST', 'points', ({ body }) => { const a = find(assets, body.assetId); const p = { ...body, id: points.length + 1, assetNameZh: a?.nameZh, assetNameEn: a?.nameEn, unitSymbol: body.unit, decimals: 1, seriesId: null, lastTime: null, lastValue: null, lastQuality: null, stale: false, version: 1, mean: 1, spread: 1 }; points.push(p); return { status: 201, body: pub(p) }; });
on('GET', 'points/samples', ({ q }) => ({ body: { series: q.get('ids').split(',').map((id) => find(points, id)).filter(Boolean).map((p) => samples(p, q)) } }));
on('GET', 'points/{id}', ({ id }) => find(points, id) ? tagged(pub(refresh(find(points, id)))) : notFound());
on('PUT', 'points/{id}', put(points, publicPoint));
on('DELETE', 'points/{id}', () => ({ status: 204 }));
on('GET', 'points/{id}/samples', ({ id, q }) => q.get('format') === 'csv' ? { type: 'text/csv', body: 'time,value,quality\r\n' } : { body: samples(find(points, id), q) });
on('GET', 'series', ({ q }) => ({ body: pageOf(points.filter((p) => has(q.get('q'), p.source, p.channel)).map((p) => ({ id: p.seriesId, gateway: p.gateway, source: p.source, channel: p.channel, pointId: p.id, lastTime: p.lastTime, lastValue: p.lastValue, lastQuality: p.lastQuality })), q) }));
on('GET', 'sources', ({ q }) => ({ body: pageOf(sources.filter((s) => has(q.get('q'), s.key, s.nameZh, s.nameEn) && (!q.get('gateway') || s.gateway === q.get('gateway')) && (!q.get('state') || s.state === q.get('state')) && (!q.get('claimed') || (q.get('claimed') === 'true') === (s.assetId !== null)) && (!q.get('asset') || below(Number(q.get('asset'))).has(s.assetId))), q) }));
on('GET', 'sources/{id}', ({ id }) => find(sources, id) ? tagged(find(sources, id)) : notFound());
on('PUT', 'sources/{id}', put(sources));
on('GET', 'sources/{id}/frames', ({ id }) => ({ body: frames(find(sources, id)) }));
on('GET', 'source-templates', ({ q }) => ({ body: templates.filter((t) => !q.get('gateway') || t.gateway === q.get('gateway')) }));
on('GET', 'sources/{id}/claim', ({ id, q }) => ({ body: { template: q.get('template') ?? templates.find((t) => t.gateway === find(sources, id).gateway)?.code, points: [['a34004-Rtd', 'pm25', '细颗粒物 PM2.5', 'PM2.5', 'ug/m3', 38.4, true], ['a34002-Rtd', 'pm10', '可吸入颗粒物 PM10', 'PM10', 'ug/m3', 80.1, true], ['a01001-Rtd', 'temperature', '气温', 'Air temperature', 'degC', -4.2, true], ['a01008-Rtd', 'windDirection', '风向', 'Wind direction', 'deg', null, false]].map(([channel, quantity, nameZh, nameEn, unit, lastValue, include]) => ({ channel, code: quantity, nameZh, nameEn, quantity, unit, lastValue, include })) } }));
on('POST', 'sources/{id}/claim', ({ id, body }) => { const s = find(sources, id), a = find(assets, body.assetId); Object.assign(s, { assetId: a.id, assetNameZh: a.nameZh, assetNameEn: a.nameEn, nameZh: body.nameZh, nameEn: body.nameEn, template: body.template, version: s.version + 1 }); return { body: { points: body.points.length } }; });
on('GET', 'sources/{id}/requests', () => ({ body: requests }));
on('POST', 'sources/{id}/requests', ({ body }) => { const r = { id: requests.length + 1, ...body, state: 'pending', result: null, created: iso(Date.now()), finished: null, by: session }; requests.unshift(r); setTimeout(() => { r.state = 'accepted'; }, 1500); setTimeout(() => { r.state = 'done'; r.result = 'ExeRtn=1'; r.finished = iso(Date.now()); }, 4000); return { status: 202, body: { id: r.id } }; });
on('GET', 'alarms', ({ q }) => ({ body: pageOf(alarms.filter((a) => (q.get('state') === 'unacknowledged' ? unack(a) : q.get('state') === 'active' ? open(a) : true) && (!q.get('priority') || a.priority === Number(q.get('priority'))) && (!q.get('asset') || below(Number(q.get('asset'))).has(a.assetId)) && has(q.get('q'), a.pointNameZh, a.assetNameZh, a.pointNameEn)).sort((a, b) => unack(b) - unack(a) || a.priority - b.priority || b.raised.localeCompare(a.raised)), q) }));
on('GET', 'alarms/summary', () => ({ body: { byPriority: Object.fromEntries([1, 2, 3, 4].map((p) => [p, alarms.filter((a) => open(a) && a.priority === p).length])), unacknowledged: alarms.filter(unack).length, active: alarms.filter(open).length } }));
on('GET', 'alarms/{id}', ({ id }) => find(alarms, id) ? { body: find(alarms, id) } : notFound());
on('GET', 'alarms/{id}/events', ({ id }) => { const a = find(alarms, id); return { body: [{ id: 1, time: a.raised, state: 'unacknowledged', value: a.value, by: null, comment: null }, ...(a.acknowledged ? [{ id: 2, time: a.acknowledged, state: 'acknowledged', value: null, by: a.acknowledgedBy, comment: a.comment }] : []), ...(a.returned ? [{ id: 3, time: a.returned, state: a.state, value: a.limit * 0.97, by: null, comment: null }] : [])] }; });
on('POST', 'alarms/{id}/acknowledgement', ({ id, body }) => { const a = find(alarms, id); if (!unack(a)) return problem(409, '这条告警已经恢复正常', { type: '/problems/alarm-already-normal' }); a.state = a.state === 'unacknowledged' ? 'acknowledged' : 'normal'; a.acknowledged = iso(Date.now()); a.acknowledgedBy = displayName; a.comment = body?.comment ?? null; tell('alarm', a); return { status: 204 }; });
on('GET', 'map/states', () => ({ body: stations.map(({ asset: s }, n) => { const mine = alarms.filter((a) => a.assetId === s.id && open(a)); const priority = mine.length ? Math.min(...mine.map((a) => a.priority)) : null; return { assetId: s.id, priority, state: priority ? 'alarm' : n === 3 ? 'offline' : n === 7 ? 'badQuality' : n === 11 ? 'stale' : 'normal' }; }) }));
on('GET', 'system', () => ({ body: { version: '0.1.0', started: iso(Date.now() - 3e6) } }));

// ---------- live
const streams = new Set();
const send = (s, event, data) => s.res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
const tell = (event, data) => streams.forEach((s) => send(s, event, data));
function live(req, res, q) {
  const ids = q.get('points') ? new Set(q.get('points').split(',').map(Number)) : null;
  const s = { res, ids };
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  send(s, 'hello', { time: iso(Date.now()) });
  streams.add(s);
  req.on('close', () => streams.delete(s));
}
setInterval(() => { const t = Date.now(); for (const s of streams) { const out = points.filter((p) => !p.offline && (!s.ids || s.ids.has(p.id)) && (Math.floor(t / 1000) + p.id) % 2 === 0).map((p) => { refresh(p, t); return { pointId: p.id, time: p.lastTime, value: p.lastValue, quality: p.lastQuality }; }); if (out.length) send(s, 'sample', out); } }, 1000);
setInterval(() => streams.forEach((s) => s.res.write(': \n\n')), 2000);
setInterval(() => { const a = alarms.find((x) => x.state === 'normal'); if (a) { Object.assign(a, { state: 'unacknowledged', raised: iso(Date.now()), returned: null, acknowledged: null, acknowledgedBy: null, comment: null }); tell('alarm', a); } }, 45_000);

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json' };
const csp = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";
function file(req, res, path) {
  let name = join(dist, normalize(path));
  if (path === '/' || !existsSync(name) || !extname(name)) name = join(dist, 'index.html');
  const headers = { 'Content-Type': types[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': csp };
  if (existsSync(`${name}.gz`) && req.headers['accept-encoding']?.includes('gzip')) { headers['Content-Encoding'] = 'gzip'; name += '.gz'; }
  res.writeHead(200, headers);
  createReadStream(name).pipe(res);
}

createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/')) return file(req, res, url.pathname);
  const chunks = [];
  req.on('data', (c) => chunks.push(c)).on('end', () => {
    const raw = Buffer.concat(chunks).toString();
    const answer = ({ status = 200, body, headers = {}, type = 'application/json' }) => { res.writeHead(status, { ...(body === undefined ? {} : { 'Content-Type': type }), ...headers }); res.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)); };
    if (!session && url.pathname !== '/api/v1/auth/login') return answer(problem(401, '请先登录'));
    if (url.pathname === '/api/v1/live') return live(req, res, url.searchParams);
    for (const [method, pattern, handler] of routes) {
      const match = req.method === method && pattern.exec(url.pathname);
      if (!match) continue;
      let body; try { body = JSON.parse(raw); } catch { body = undefined; }
      return answer(handler({ id: match[1], q: url.searchParams, body, raw, req }));
    }
    answer(notFound());
  });
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
