import { defineTexts } from '../i18n';

export const mapTexts = defineTexts({
  'map.label': ['园区地图', 'Map of the park'],
  'map.zoomIn': ['放大', 'Zoom in'],
  'map.zoomOut': ['缩小', 'Zoom out'],
  'map.fit': ['看全园', 'Show the whole park'],
  'map.tilt': ['立体', 'Tilt'],
  'map.legend': ['图例', 'Legend'],
  'map.priority.1': ['一级告警', 'Priority 1'],
  'map.priority.2': ['二级', 'Priority 2'],
  'map.priority.3': ['三级', 'Priority 3'],
  'map.priority.4': ['四级', 'Priority 4'],
  'state.normal': ['正常', 'Normal'],
  'state.alarm': ['告警', 'Alarm'],
  'state.stale': ['数据过时', 'Stale'],
  'state.offline': ['离线', 'Offline'],
  'state.badQuality': ['数据无效', 'Bad quality'],
});
