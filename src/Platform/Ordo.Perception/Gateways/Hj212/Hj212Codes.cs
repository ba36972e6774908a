using Ordo.Foundation;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>Return codes in words (HJ 212-2017 tables 6 and 7).</summary>
public static class Hj212Codes
{
    /// <summary>QnRtn 请求应答返回.</summary>
    public static Text RequestAnswer(int code) => code switch
    {
        1 => new("准备执行请求", "ready to execute"),
        2 => new("请求被拒绝", "refused"),
        3 => new("PW 错误", "PW is wrong"),
        4 => new("MN 错误", "MN is wrong"),
        5 => new("ST 错误", "ST is wrong"),
        6 => new("Flag 错误", "Flag is wrong"),
        7 => new("QN 错误", "QN is wrong"),
        8 => new("CN 错误", "CN is wrong"),
        9 => new("CRC 校验错误", "CRC is wrong"),
        100 => new("未知错误", "unknown error"),
        _ => new($"返回码 {code}", $"code {code}"),
    };

    /// <summary>ExeRtn 执行结果.</summary>
    public static Text ExecutionResult(int code) => code switch
    {
        1 => new("执行成功", "done"),
        2 => new("执行失败，原因不明", "failed, reason unknown"),
        3 => new("命令请求条件错误", "wrong condition of the request"),
        4 => new("通讯超时", "communication timeout"),
        5 => new("系统繁忙不能执行", "busy"),
        6 => new("系统故障", "system fault"),
        100 => new("没有数据", "no data"),
        _ => new($"返回码 {code}", $"code {code}"),
    };

    /// <summary>What a structure fault means.</summary>
    public static Text Of(Hj212Fault fault) => fault switch
    {
        Hj212Fault.NoDataArea => new("结构错误：没有 CP=&&。", "Structure: there is no CP=&&."),
        Hj212Fault.DataAreaNotClosed => new("结构错误：数据区没有以 && 结束。", "Structure: the data area is not closed by &&."),
        Hj212Fault.BadRequestNumber => new("结构错误：QN 不是时间戳。", "Structure: QN is not a time stamp."),
        Hj212Fault.NoSystemCode => new("结构错误：没有 ST。", "Structure: there is no ST."),
        Hj212Fault.BadCommand => new("结构错误：没有有效的 CN。", "Structure: there is no valid CN."),
        Hj212Fault.NoDevice => new("没有 MN，不知道是哪台设备。", "There is no MN: whose frame it is cannot be known."),
        Hj212Fault.BadFlag => new("结构错误：Flag 不是 0 … 255 的数。", "Structure: Flag is not a number 0 … 255."),
        _ => default,
    };

    /// <summary>What a piece of the stream that is no frame is.</summary>
    public static Text Of(FrameVerdict verdict) => verdict switch
    {
        FrameVerdict.Noise => new("帧外字节。", "Bytes outside a frame."),
        FrameVerdict.BadLength => new("## 之后不是有效的四位长度。", "No valid length of four digits after ##."),
        FrameVerdict.BadCrc => new("CRC 校验错误，或长度与内容不符。", "The CRC is wrong, or the length does not fit."),
        FrameVerdict.Unfinished => new("帧不完整。", "The frame was never finished."),
        _ => default,
    };
}
