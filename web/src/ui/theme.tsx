import { App as AntApp, ConfigProvider, theme as antTheme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useLanguage } from './i18n';
import { recall, remember } from './remember';

export type ThemeChoice = 'light' | 'dark' | 'system';
export type ThemeName = 'light' | 'dark';

interface ThemeSetting { choice: ThemeChoice; name: ThemeName; setChoice: (choice: ThemeChoice) => void }

const ThemeContext = createContext<ThemeSetting>({ choice: 'light', name: 'light', setChoice: () => undefined });
export const useTheme = (): ThemeSetting => useContext(ThemeContext);

const storageKey = 'ordo.theme';
const systemDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

const readChoice = (): ThemeChoice => {
  const stored = recall(storageKey);
  return stored === 'dark' || stored === 'system' ? stored : 'light';
};

const resolve = (choice: ThemeChoice): ThemeName => (choice === 'system' ? (systemDark().matches ? 'dark' : 'light') : choice);

/** Sets the attribute the tokens hang on; called before the first paint as well. */
export function applyTheme(name: ThemeName = resolve(readChoice())): void {
  document.documentElement.dataset['theme'] = name;
}

/** A colour of the token table as the canvas of a chart or the map needs it: resolved, where the element stands. */
export const token = (name: string, element: Element = document.documentElement): string => getComputedStyle(element).getPropertyValue(`--${name}`).trim();

const palettes = {
  light: { action: '#1d5fa8', surface: '#ffffff', raised: '#ffffff', ground: '#f4f5f6', line: '#d8dde2', soft: '#e9ecef', ink: '#1b2127', ink2: '#55606b', ink3: '#5f6a75', alarm: '#c4161c', warn: '#b04f05', hover: '#f5f7f9', on: '#ffffff' },
  dark: { action: '#6fb1f5', surface: '#16202b', raised: '#1d2a38', ground: '#0e141b', line: '#2b3a4a', soft: '#223041', ink: '#e6edf3', ink2: '#a9b6c2', ink3: '#8b99a6', alarm: '#ff5a5f', warn: '#ff9447', hover: '#1b2733', on: '#0e141b' },
};

export function ThemeProvider({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const [choice, setChoice] = useState(readChoice);
  const [name, setName] = useState(() => resolve(choice));

  useEffect(() => {
    remember(storageKey, choice);
    const follow = (): void => setName(resolve(choice));
    follow();
    const media = systemDark();
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [choice]);

  // During render and not in an effect: charts read the resolved tokens in their own effects, which run earlier.
  if (document.documentElement.dataset['theme'] !== name) applyTheme(name);

  const p = palettes[name];
  const setting = useMemo(() => ({ choice, name, setChoice }), [choice, name]);
  return (
    <ThemeContext value={setting}>
      <ConfigProvider
        locale={language === 'zh' ? zhCN : enUS}
        button={{ autoInsertSpace: false, loadingIcon: <span className="busy" aria-hidden /> }}
        wave={{ disabled: true }}
        theme={{
          algorithm: name === 'dark' ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
          hashed: false,
          token: {
            colorPrimary: p.action, colorLink: p.action, colorInfo: p.action, colorError: p.alarm,
            // Green is not good; good is quiet.
            colorSuccess: p.ink2, colorWarning: p.warn,
            colorBgBase: p.surface, colorBgContainer: p.surface, colorBgElevated: p.raised, colorBgLayout: p.ground,
            colorBorder: p.line, colorBorderSecondary: p.soft, colorText: p.ink, colorTextSecondary: p.ink2, colorTextTertiary: p.ink3,
            colorTextPlaceholder: p.ink3, colorTextLightSolid: p.on, controlItemBgHover: p.hover,
            borderRadius: 4, borderRadiusLG: 6, fontSize: 14, controlHeight: 32, motionDurationMid: '0.12s', motionDurationSlow: '0.16s',
            fontFamily: 'inherit', boxShadow: 'var(--shadow)', boxShadowSecondary: 'var(--shadow)',
          },
          components: { Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' }, Tabs: { horizontalMargin: '0', titleFontSize: 14 } },
        }}
      >
        <AntApp component={false}>{children}</AntApp>
      </ConfigProvider>
    </ThemeContext>
  );
}
