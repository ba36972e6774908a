import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useParams } from 'react-router';
import { formatFullTime, formatTime, missing, parkZone } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useName, useTexts } from '../../ui/i18n';
import { LinkButton } from '../../ui/LinkButton';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { uiTexts } from '../../ui/texts';
import { operationsTexts } from '../texts';
import styles from './Incidents.module.css';
import { incidentQuery, pictureUrl, type IncidentDetail } from './queries';
import { incidentTexts } from './texts';
import { useLine } from './Timeline';
import '../print.css';

/** The incident on paper. */
export default function IncidentReportPage() {
  const t = useTexts(incidentTexts);
  const id = Number(useParams()['id']);
  const incident = useQuery({ ...incidentQuery(id), refetchInterval: false });
  return (
    <Page title={t('report.title')} documentTitle={incident.data ? `${t('report.title')} ${id} ${incident.data.incident.title}` : t('report.title')} actions={<><LinkButton to={`/incidents/${id}`} icon={<Icon name="left" size={14} />}>{t('title')} #{id}</LinkButton><Button type="primary" onClick={() => print()}>{t('report.print')}</Button></>}>
      <QueryView query={incident} skeleton="block">{(detail) => <Report detail={detail} />}</QueryView>
    </Page>
  );
}

function Report({ detail }: { detail: IncidentDetail }) {
  const t = useTexts(incidentTexts);
  const ui = useTexts(uiTexts);
  const words = useTexts(operationsTexts);
  const name = useName();
  const say = useLine();
  const { incident } = detail;
  return (
    <article className={`${styles['report']} printable`}>
      <div>
        <h1>{t('report.title')} #{incident.id}</h1>
        <p>{incident.title}</p>
      </div>
      <table>
        <tbody>
          <tr><th scope="row">{t('asset')}</th><td>{incident.assetId === null ? t('everywhere') : name(incident.assetNameZh, incident.assetNameEn)}</td><th scope="row">{t('priority')}</th><td>{ui(`priority.${incident.priority}` as 'priority.1')}</td></tr>
          <tr><th scope="row">{t('occurred')}</th><td>{formatFullTime(incident.occurred)}</td><th scope="row">{t('state')}</th><td>{t(`state.${incident.state}`)}</td></tr>
          <tr><th scope="row">{t('opened')}</th><td>{t('by', { time: formatFullTime(incident.opened), name: incident.openedBy })}</td><th scope="row">{t('closedAt')}</th><td>{incident.closed ? t('by', { time: formatFullTime(incident.closed), name: incident.closedBy ?? '' }) : missing}</td></tr>
          <tr><th scope="row">{t('leader')}</th><td colSpan={3}>{incident.leader?.name ?? missing}</td></tr>
        </tbody>
      </table>
      {(['course', 'cause', 'consequence', 'measures'] as const).map((part) => <section key={part}><h2>{t(`report.${part}`)}</h2><p className={styles['text']}>{detail[part] || t('none')}</p></section>)}
      {detail.alarmList.length > 0 && (
        <section>
          <h2>{t('alarms')}</h2>
          <table>
            <thead><tr><th scope="col">#</th><th scope="col">{t('priority')}</th><th scope="col">{words('alarms.what')}</th><th scope="col">{words('alarms.place')}</th><th scope="col">{words('alarms.raised')}</th><th scope="col">{words('alarms.by')}</th></tr></thead>
            <tbody>{detail.alarmList.map((alarm) => <tr key={alarm.id}><td>{alarm.id}</td><td>{alarm.priority}</td><td>{name(alarm.nameZh, alarm.nameEn)}</td><td>{name(alarm.assetNameZh, alarm.assetNameEn)}</td><td>{formatFullTime(alarm.raised)}</td><td>{alarm.acknowledgedBy ?? missing}</td></tr>)}</tbody>
          </table>
        </section>
      )}
      <section>
        <h2>{t('timeline')}</h2>
        <table><tbody>{detail.timeline.map((line, index) => <tr key={index}><th scope="row">{formatTime(line.time)}</th><td>{line.author}</td><td className={styles['text']}>{say(line)}</td></tr>)}</tbody></table>
      </section>
      {detail.tasks.length > 0 && (
        <section>
          <h2>{t('tasks')}</h2>
          <table><tbody>{detail.tasks.map((task) => <tr key={task.id}><td>{task.title}</td><td>{task.assignee?.name ?? missing}</td><td>{task.due ? formatFullTime(task.due) : missing}</td><td>{t(`task.state.${task.state}`)}{task.finishedBy && ` · ${task.finishedBy}`}</td></tr>)}</tbody></table>
        </section>
      )}
      {detail.people.length > 0 && <section><h2>{t('people')}</h2><table><tbody>{detail.people.map((person) => <tr key={person.id}><td>{person.name}</td><td>{person.role}</td></tr>)}</tbody></table></section>}
      {detail.pictures.length > 0 && (
        <section>
          <h2>{t('pictures')}</h2>
          <div className={styles['photos']}>{detail.pictures.map((picture) => <figure key={picture.id}><img src={pictureUrl(incident.id, picture.id)} alt={picture.name} /><figcaption>{picture.name}</figcaption></figure>)}</div>
        </section>
      )}
      <div className={styles['sign']}><span>{t('leader')} {t('report.signature')}</span><span>{t('closedAt')} {t('report.signature')}</span></div>
      <footer className={styles['quiet']}>{t('report.of', { zone: parkZone, time: formatFullTime(Date.now()) })}</footer>
    </article>
  );
}
