/** Engines as they are on one interface: it may lack what the machine has, for a reason of its own. */
export function enginesOn(system, iface) {
  const own = new Map((iface?.engines ?? []).map((engine) => [engine.name, engine]));
  return (system?.engines ?? []).map((engine) => {
    const here = own.get(engine.name);
    return engine.available && here && !here.available ? here : engine;
  });
}

export function engineLabel(engine) {
  if (engine.available) return engine.name;
  return `${engine.name} – not available${engine.reason ? `: ${engine.reason}` : ''}`;
}

/** Why "auto" took an engine, where a faster one was passed over; empty where there is nothing to explain. */
export function whyEngine({ engine, engineReason }) {
  const [chosen, ...refusals] = (engineReason ?? '').split('; ');
  return chosen === 'auto' && refusals.length ? `Why ${engine}? ${refusals.join('; ')}` : '';
}

/** Whether drop mode can be had with the chosen engine ("auto" picks one that can), and why not. */
export function dropMode(engines, chosen = 'auto') {
  const able = engines.filter((engine) => engine.canDrop);
  if (chosen !== 'auto' && !able.some((engine) => engine.name === chosen)) return { possible: false, reason: `Engine ${chosen} cannot drop packets.` };
  const candidates = chosen === 'auto' ? able : able.filter((engine) => engine.name === chosen);
  if (candidates.some((engine) => engine.available)) return { possible: true, reason: '' };
  const reasons = candidates.map((engine) => `${engine.name}: ${engine.reason || 'not available'}`).join('; ');
  return { possible: false, reason: `No engine that can drop packets is available${reasons ? ` (${reasons})` : ''}.` };
}
