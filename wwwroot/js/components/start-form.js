import { partsOf, setText, showMessage } from '../dom.js';
import { askAndDrop, dropWarning } from '../drop.js';
import { dropMode, engineLabel, enginesOn } from '../engines.js';
import { ANY, interfaceLabel } from '../interfaces.js';
import { FIELDS, placeProblem, toForm, toRequest } from '../start-request.js';
import { createFilterCheck } from './filter-check.js';
import { createFilterIdeas } from './filter-ideas.js';
import { createMoreInterfaces } from './more-interfaces.js';

/**
 * The start form. `onSelect` hears of another interface, `onChanged` of the request that the form now makes, `onStarted` of the
 * capture that was started. What is recent is kept in `storage`.
 */
export function createStartForm(form, { api, storage, confirmDrop, onSelect, onChanged, onStarted }) {
  const parts = partsOf(form);
  const fields = form.elements;
  const submit = form.querySelector('[type=submit]');
  const formError = form.querySelector('#form-error');
  const filterCheck = createFilterCheck(fields.filter, form.querySelector('#filter-status'), api);
  const filterIdeas = createFilterIdeas(parts.ideas, fields.filter, storage);
  const more = createMoreInterfaces(parts.more);
  let state = { system: null, interfaces: null, selected: null };
  let directionChosen = false;

  // Few ask for it, so that it is not part of opening the page.
  parts.measureDisk.addEventListener('click', async () => {
    const { measureDisk } = await import('./disk-trial.js');
    measureDisk(parts.measureDisk, parts.diskText, api);
  });
  parts.saveSchedule.addEventListener('click', async () => {
    const { body, errors } = request();
    showErrors({ fields: errors, form: '' });
    if (Object.keys(errors).length) return;
    setText(parts.scheduleText, '');
    const { saveSchedule } = await import('./save-schedule.js');
    const problem = await saveSchedule(parts.saveSchedule, parts.scheduleText, { body, form: Object.fromEntries(new FormData(form)), api, confirmDrop });
    if (problem) showErrors(problem);
  });
  fields.interface.addEventListener('change', () => onSelect(fields.interface.value));
  fields.engine.addEventListener('change', update);
  fields.direction.addEventListener('change', () => {
    directionChosen = true;
  });
  fields.snaplen.addEventListener('input', showPreset);
  for (const radio of fields.mode) {
    radio.addEventListener('change', () => {
      if (!directionChosen) fields.direction.value = fields.mode.value === 'drop' ? 'in' : 'both';
      update();
    });
  }
  parts.presets.addEventListener('click', (event) => {
    const preset = event.target.closest('[data-snaplen]');
    if (!preset) return;
    fields.snaplen.value = preset.dataset.snaplen;
    showFieldError('snaplen');
    showPreset();
    tell();
  });
  form.addEventListener('input', (event) => showFieldError(event.target.closest('[data-field]')?.dataset.field));
  for (const kind of ['input', 'change']) form.addEventListener(kind, tell);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    start();
  });

  function request() {
    return toRequest({
      ...Object.fromEntries(new FormData(form)),
      more: more.names(),
      promiscuous: fields.promiscuous.checked,
      hwtstamp: fields.hwtstamp.checked,
      rotateAlign: fields.rotateAlign.checked,
      triggerLoss: fields.triggerLoss.checked,
    });
  }

  /** Says what would be asked for, as far as it can be asked for. */
  function tell() {
    const { body } = request();
    if (body.interface || body.interfaces) onChanged(body);
  }

  function showPreset() {
    for (const preset of parts.presets.children) {
      preset.setAttribute('aria-pressed', String(preset.dataset.snaplen === fields.snaplen.value.trim()));
    }
  }

  function showFieldError(field, text) {
    // The filter has one place for what is wrong with it, whether the page or the console found it.
    if (field === 'filter' && text) filterCheck.refuse(text);
    if (!field || field === 'filter') return;
    const group = groupOf(field);
    if (text) group.closest('details')?.setAttribute('open', '');
    showMessage(group.querySelector('.field-error'), text);
    group.querySelector('[name]')?.setAttribute('aria-invalid', String(Boolean(text)));
  }

  function groupOf(field) {
    return form.querySelector(`[data-field="${field}"]`);
  }

  function showErrors({ fields: messages, form: text }) {
    for (const field of FIELDS) showFieldError(field, messages[field]);
    showMessage(formError, text);
    const first = FIELDS.find((field) => messages[field]);
    if (first) groupOf(first).querySelector('[name]')?.focus();
    else if (text) submit.scrollIntoView({ block: 'nearest' });
  }

  async function start() {
    if (submit.getAttribute('aria-disabled') === 'true') return;
    const { body, errors } = request();
    showErrors({ fields: errors, form: '' });
    if (Object.keys(errors).length) return;

    submit.setAttribute('aria-disabled', 'true');
    setText(submit, 'Starting…');
    try {
      const start = (force) => api.start({ ...body, ...(force && { force }) });
      const capture = body.mode === 'drop' ? await askAndDrop(dropWarning(body), confirmDrop, start) : await start();
      if (!capture) return;
      filterIdeas.used(body.filter);
      fields.name.value = '';
      fields.comment.value = '';
      setText(parts.announcement, `Capture on ${capture.interface} started.`);
      onStarted(capture);
    } catch (error) {
      showErrors(placeProblem(error));
    } finally {
      submit.removeAttribute('aria-disabled');
      setText(submit, 'Start capture');
    }
  }

  function updateInterfaces({ interfaces, selected }) {
    const known = interfaces ?? [];
    const choices = known.map((iface) => ({ value: iface.name, label: interfaceLabel(iface) }));
    if (selected && !known.some(({ name }) => name === selected)) choices.push({ value: selected, label: `${selected} (gone)` });
    setOptions(fields.interface, choices, selected);
  }

  function updateEngines(engines) {
    const choices = engines.map((engine) => ({ value: engine.name, label: engineLabel(engine), disabled: !engine.available }));
    setOptions(fields.engine, [{ value: 'auto', label: 'auto' }, ...choices], fields.engine.value);
  }

  function updateMode(engines) {
    const [mirror, drop] = fields.mode;
    const { possible, reason } = engines.length ? dropMode(engines, fields.engine.value) : { possible: false, reason: '' };
    drop.disabled = !possible;
    if (!possible && drop.checked) {
      mirror.checked = true;
      if (!directionChosen) fields.direction.value = 'both';
    }
    const warning = drop.checked
      ? 'What is captured does not reach this machine, nor what it passes packets on to. It is asked about before it starts; an interface with the '
        + 'default route, or with your connection to this page, is refused until you insist.'
      : '';
    showMessage(parts.modeNote, reason || warning);
    parts.modeNote.classList.toggle('warning', Boolean(warning));
  }

  function updateStamps(iface) {
    const { supported = false } = iface?.hwtstamp ?? {};
    fields.hwtstamp.disabled = !supported;
    fields.promiscuous.disabled = iface?.index === ANY;
    if (iface && !supported) fields.hwtstamp.checked = false;
    showMessage(parts.hwtstampNote, iface && !supported ? `${iface.name} has no card that stamps packets: the kernel does.` : '');
  }

  function update() {
    const iface = state.interfaces?.find(({ name }) => name === state.selected);
    const engines = enginesOn(state.system, iface);
    updateInterfaces(state);
    more.update(state);
    updateEngines(engines);
    updateMode(engines);
    updateStamps(iface);
    filterCheck.update(iface?.linkType ?? null);
    tell();
  }

  return {
    refuse: (text) => showErrors({ fields: {}, form: text }),

    /** Takes the settings of a capture that there is; they are only started by the button. */
    repeat(capture) {
      const { mode, kind, bytesUnit, rotateBytesUnit, more: others, ...values } = toForm(capture);
      form.reset();
      more.choose(others);
      for (const [name, value] of Object.entries(values)) {
        if (typeof value === 'boolean') fields[name].checked = value;
        else fields[name].value = value;
      }
      fields.bytesUnit.value = bytesUnit;
      fields.rotateBytesUnit.value = rotateBytesUnit;
      parts.rotation.open = Boolean(capture.rotate);
      fields.kind.checked = kind === 'recorder';
      parts.recorder.open = fields.kind.checked;
      fields.mode.value = mode;
      directionChosen = true;
      showErrors({ fields: {}, form: '' });
      showPreset();
      filterCheck.recheck();
      onSelect(values.interface);
      setText(parts.announcement, `Settings of ${capture.name || capture.interface} taken over.`);
      submit.scrollIntoView({ block: 'center' });
      submit.focus({ preventScroll: true });
    },
    update(next) {
      if (next.selected !== state.selected) showFieldError('interface');
      if (next.connection === 'live' && state.connection !== 'live') filterCheck.recheck();
      state = next;
      update();
    },
  };
}

/** Renews a select's options only where they differ: an open list would close under its user's hand. */
function setOptions(select, choices, value) {
  const same = choices.length === select.options.length && choices.every((choice, i) => {
    const option = select.options[i];
    return option.value === choice.value && option.text === choice.label && option.disabled === Boolean(choice.disabled);
  });
  if (!same) select.replaceChildren(...choices.map((choice) => {
    const option = new Option(choice.label, choice.value);
    option.disabled = Boolean(choice.disabled);
    return option;
  }));
  const usable = choices.find((choice) => choice.value === value && !choice.disabled) ?? choices.find((choice) => !choice.disabled);
  if (usable && select.value !== usable.value) select.value = usable.value;
}
