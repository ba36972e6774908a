using Ordo.Foundation;

namespace Ordo.Economy.WarningLights;

/// <summary>The word that a light carries: its colour is never the only sign.</summary>
internal static class LightWords
{
    public static Text Of(Light light) => light switch
    {
        Light.Red => new("红灯", "red"),
        Light.Yellow => new("黄灯", "yellow"),
        Light.LightBlue => new("浅蓝灯", "light blue"),
        Light.Blue => new("蓝灯", "blue"),
        _ => new("绿灯", "green"),
    };
}
