import { trace } from '@opentelemetry/api';
import { TracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace';
const exporter={export(s,cb){cb({code:0})},shutdown(){return Promise.resolve()},forceFlush(){return Promise.resolve()}};
const bsp=new BatchSpanProcessor({exporter,maxQueueSize:65536,maxExportBatchSize:8192});
const p=new TracerProvider({spanProcessors:[bsp]});
const tr=p.getTracer('x','1');
const routes=['/a/b','/users/:id','/orders','/cart/items'];
const N=10000;
function optStyle(){const t0=process.hrtime.bigint();for(let i=0;i<N;i++){const s=tr.startSpan('op',{kind:1,attributes:{'http.method':'GET','http.route':routes[i&3],n:i,ok:true}});s.end();}return Number(process.hrtime.bigint()-t0)/N}
function setStyle(){const t0=process.hrtime.bigint();for(let i=0;i<N;i++){const s=tr.startSpan('op');s.setAttribute('http.method','GET');s.setAttribute('http.route',routes[i&3]);s.setAttribute('n',i);s.setAttribute('ok',true);s.end();}return Number(process.hrtime.bigint()-t0)/N}
const res={o:[],s:[]};
for(let r=0;r<40;r++){res.o.push(optStyle());await p.forceFlush();res.s.push(setStyle());await p.forceFlush();}
for(const k in res){const a=res[k].slice(5).sort((x,y)=>x-y);console.log(k,a[0].toFixed(0),a[a.length>>1].toFixed(0))}
